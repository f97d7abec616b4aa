"""The staffing ledger of a unit (岗位聘任台账): movements, balances on any day, who is in post (附件2; 二（一）)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.accounts.person import Person
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.availability import TraceLine
from gateway.quota.post_words import PostPool, StaffingCause, StaffingMeasure
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Basis
from gateway.relay import After, Connection, First, Known, page
from gateway.told import Told
from gateway.words import described, listed

Unit = Annotated[strawberry.ID, strawberry.argument(description="Whose (用人单位).")]
Pool = Annotated[PostPool | None, strawberry.argument(description="Of this stock of posts only (岗位类别).")]
On = Annotated[date | None, strawberry.argument(description="On the evening of this day; today without it.")]


def movement_id(uuid: UUID | None) -> strawberry.ID | None:
    """The id that others name a movement by."""
    return strawberry.ID(str(relay.GlobalID("StaffingMovement", str(uuid)))) if uuid else None


@strawberry.type(description="A person of a unit's staffing ledger (台账人员).")
class StaffMember(Known):
    """A person."""

    name: str = described("Name (姓名).")
    person_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The person's account, where the ledger knows of one.")
    def person(self, info: Info) -> Person | None:
        """The person."""
        return Person.edge(info, self.person_id)


@strawberry.type(description="What a movement changed of one number (分录).")
class StaffingEntry(Told):
    """An entry."""

    pool: PostPool = described("Which stock of posts (岗位类别).")
    measure: StaffingMeasure = described("Which number (项目).")
    level: TitleLevel = described("Of which level (层级).")
    delta: int = described("By how many.")


@strawberry.type(description="Whether an exit counts among those of the year, and why (退出人员统计).")
class ExitCounting(Told):
    """How an exit counts."""

    counts: bool = described("Whether it counts.")
    text: str = described("Why, or why not.")
    cite: str = described("The article (依据).")


@strawberry.type(
    description="A movement of the staffing ledger; it is never changed, only taken back (变动记录)."
)
class StaffingMovement(Known):
    """A movement."""

    cause: StaffingCause = described("Why (变动种类).")
    on_date: date = described("Its date (变动日期).")
    pool: PostPool = described("Which stock of posts (岗位类别).")
    member: StaffMember | None = described("Of whom; null of a plan of posts.")
    level: TitleLevel | None = described("Its level (层级).")
    from_level: TitleLevel | None = described("The level before, of a promotion or lowering.")
    posts: int | None = described("How many posts are approved, of a plan (核定岗位数).")
    title: str | None = described("The title or post (任职资格名称).")
    post_grade: str | None = described("The grade of the post (岗位等级).")
    document: str | None = described("Number or name of the document that proves it (文号、证明材料).")
    reason: str | None = described("Why it came to it (原因).")
    since: date | None = described("Of an opening entry: when the employment began (聘任时间).")
    by_examination: bool = described("Whether the title was obtained by examination (以考代评).")
    takes_post: bool | None = described("Of a decision: whether the title takes a post (占岗认定).")
    actor_name: str = described("Who recorded it.")
    recorded_at: datetime = described("When it was recorded.")
    entries: list[StaffingEntry] = listed("What it changed.")
    counting: ExitCounting | None = described("Of an exit: whether it counts.")
    unit_id: strawberry.Private[UUID]
    reversed_by: strawberry.Private[UUID | None]
    reverses_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The id of the reversal that took it back; null where it stands.")
    def reversal(self) -> strawberry.ID | None:
        """The reversal."""
        return movement_id(self.reversed_by)

    @strawberry.field(description="Of a reversal: the id of the movement that it takes back (冲正).")
    def reverses(self) -> strawberry.ID | None:
        """What it takes back."""
        return movement_id(self.reverses_id)

    @strawberry.field(description="In whose ledger (用人单位).")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)


@strawberry.type(description="The numbers of one level on a day, with their working.")
class StaffingLevel(Told):
    """A level."""

    level: TitleLevel = described("The level (层级).")
    approved: int = described("Posts approved (核准岗位数).")
    employed: int = described("People employed on them (人员聘任数).")
    vacant: int = described("Posts vacant (空缺岗位数).")
    qualified_not_employed: int = described("People who have the title and no post (已取得资格未聘人数).")
    exits: int = described("Exits inside the year's window, with proof (本年度退出人数).")
    declarable: int = described("Vacant less qualified and not employed (职称申报数); may be negative.")
    trace: list[TraceLine] = listed("The working, line by line.")


@strawberry.type(
    description="A title by examination of which nobody decided yet whether it takes a post (附件2 说明2)."
)
class UndecidedExamination(Told):
    """Something to decide."""

    name: str = described("Of whom (姓名).")
    level: TitleLevel = described("Its level (层级).")
    title: str | None = described("The title (任职资格名称).")
    since: date = described("When it was obtained.")
    member_id: strawberry.Private[UUID]


@strawberry.type(description="A unit's staffing ledger on a day, level by level (台账余额).")
class StaffingBalance(Told):
    """The balances."""

    pool: PostPool = described("Which stock of posts (岗位类别).")
    year: int = described("The year whose window counts the exits (年度).")
    on: date = described("On the evening of this day.")
    keeps_ledger: bool = described("Whether the unit keeps a ledger of this stock at all.")
    levels: list[StaffingLevel] = listed("Level by level.")
    undecided: list[UndecidedExamination] = listed("What must be decided before the year's form is complete.")
    basis: list[Basis] = listed("The articles it rests on.")
    unit_id: strawberry.Private[UUID]

    @strawberry.field(description="Whose (用人单位).")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)


@strawberry.type(description="Somebody in post on a day (在岗人员).")
class StaffPost(Told):
    """Someone in post."""

    member: StaffMember = described("Who.")
    pool: PostPool = described("Which stock of posts (岗位类别).")
    level: TitleLevel = described("The level (层级).")
    title: str | None = described("The title employed on (已聘任专业技术任职资格).")
    post_grade: str | None = described("The grade of the post (已聘岗位等级).")
    since: date = described("Since when (聘任时间).")


@strawberry.type(
    description="An employment on a targeted post, filed with the provincial HRSS (“双定向”聘用备案, 一（四）1)."
)
class TargetedEmployment(Known):
    """A filing."""

    cause: StaffingCause = described("How it came about.")
    member: StaffMember = described("Who.")
    level: TitleLevel = described("The level (层级).")
    title: str | None = described("The title (任职资格名称).")
    post_grade: str | None = described("The grade of the post (岗位等级).")
    document: str | None = described("The document of the employment (聘文).")
    on_date: date = described("Since when.")
    recorded_at: datetime = described("When it was filed.")
    unit_id: strawberry.Private[UUID]
    reversed_by: strawberry.Private[UUID | None]
    named = "StaffingMovement"

    @strawberry.field(description="The id of the reversal that took it back; null where it stands.")
    def reversal(self) -> strawberry.ID | None:
        """The reversal."""
        return movement_id(self.reversed_by)

    @strawberry.field(description="At which unit (用人单位).")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)


@strawberry.type
class StaffingQuery:
    """The staffing ledger."""

    @strawberry.field(
        description="A unit's staffing ledger on a day, level by level, with its working (附件2)."
    )
    async def staffing_balances(
        self,
        info: Info,
        unit_id: Unit,
        year: Annotated[int, strawberry.argument(description="The year whose window counts the exits.")],
        pool: Annotated[
            PostPool, strawberry.argument(description="Which stock of posts; the general one without it.")
        ] = PostPool.GENERAL,
        on: On = None,
    ) -> StaffingBalance | None:
        """The balances."""
        unit = uuid_of(unit_id, "Organisation", field="unit_id")
        asked = {"unit_id": unit, "year": year, "pool": pool.name, "on": on}
        return StaffingBalance.of(await info.context.quota.get("/v1/staffing/balances", **asked))

    @strawberry.field(description="The movements of a unit's ledger, newest recorded first.")
    async def staffing_movements(
        self,
        info: Info,
        unit_id: Unit,
        first: First,
        after: After = None,
        pool: Pool = None,
        member_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this person.")] = None,
        cause: Annotated[StaffingCause | None, strawberry.argument(description="Of this cause.")] = None,
    ) -> Connection[StaffingMovement] | None:
        """Many movements."""
        return await page(
            info.context.quota,
            "/v1/staffing/movements",
            StaffingMovement.of,
            first,
            after,
            unit_id=uuid_of(unit_id, "Organisation", field="unit_id"),
            pool=pool.name if pool else None,
            member_id=uuid_of(member_id, "StaffMember", field="member_id") if member_id else None,
            cause=cause.name if cause else None,
        )

    @strawberry.field(description="Who is in post at a unit on the evening of a day (在岗人员).")
    async def staff_posts(
        self,
        info: Info,
        unit_id: Unit,
        first: First,
        after: After = None,
        pool: Pool = None,
        level: Annotated[TitleLevel | None, strawberry.argument(description="Of this level.")] = None,
        on: On = None,
    ) -> Connection[StaffPost] | None:
        """Many in post."""
        return await page(
            info.context.quota,
            "/v1/staffing/posts",
            StaffPost.of,
            first,
            after,
            unit_id=uuid_of(unit_id, "Organisation", field="unit_id"),
            pool=pool.name if pool else None,
            level=level.name if level else None,
            on=on,
        )

    @strawberry.field(
        description="Employments on targeted posts that the caller may see; the province sees all (一（四）1)."
    )
    async def targeted_employments(
        self, info: Info, first: First, after: After = None
    ) -> Connection[TargetedEmployment] | None:
        """Many filings."""
        path = "/v1/staffing/targeted-employments"
        return await page(info.context.quota, path, TargetedEmployment.of, first, after)
