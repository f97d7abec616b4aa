"""Targeted posts of grass-roots institutions, approved separately and within Annex 1 (“双定向”岗位, 一（四）1)."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.history import HistoryEntry
from gateway.ids import uuid_of
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms
from services.kit.errors import NotFound


@terms("Where an approval of targeted posts stands.")
class TargetedPlanState(Enum):
    """State of a plan."""

    IN_FORCE = "执行中"
    REPLACED = "已被新核定替代"


@strawberry.type(description="The targeted posts of one level (“双定向”岗位).")
class TargetedLevel(Told):
    """A level's posts."""

    level: TitleLevel = described("The level (层级); senior or middle.")
    approved: int = described("Posts approved (核定岗位数).")
    employed: int = described("People employed on them (人员聘任数).")
    vacant: int = described("Posts vacant (空缺岗位数); follows from the two.")
    qualified_not_employed: int = described("People who have the title and no post (已取得资格未聘人数).")
    declarable: int = described("How many may be declared for (职称申报数); follows from the others.")


@strawberry.type(
    description="A unit's targeted posts of a year, a stock of their own: no general recommendation takes one, and no "
    "targeted recommendation a general post (一（四）1)."
)
class TargetedPlan(Entity):
    """A plan."""

    source = OneByOne("quota", "/v1/targeted-plans")

    id: relay.NodeID[UUID]
    year: int = described("The year (年度).")
    version: int = described("Its version.")
    revision: int = described("Which approval of the unit's year it is; a later one replaces the former.")
    state: TargetedPlanState = described("Where it stands.")
    row_code: str = described("The row of Annex 1 that it rests on, by its code; see `ratioRows`.")
    headcount: int = described("The number of posts that the ratio was taken of (专业技术岗位总数).")
    senior_posts: int = described(
        "Senior posts, full and associate together, that the row makes of it at most."
    )
    middle_posts: int = described("Middle posts that the row makes of it at most.")
    document_no: str = described("The number of its document (文号).")
    approved_by: str = described("Who entered it for the HRSS (经办人).")
    levels: list[TargetedLevel] = listed("Its posts, level by level.")
    created_at: datetime = described("When it came into force.")
    history: list[HistoryEntry] = listed("Its timeline (办理记录).")
    unit_id: strawberry.Private[UUID]
    hrss_id: strawberry.Private[UUID]

    @strawberry.field(description="Whose posts (用人单位).")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)

    @strawberry.field(description="The HRSS that approved them.")
    def hrss(self, info: Info) -> Organisation | None:
        """The approving HRSS."""
        return Organisation.edge(info, self.hrss_id)


@strawberry.input(description="The targeted posts of one level.")
class TargetedLevelInput:
    """The typed cells of a level."""

    level: TitleLevel = described("The level (层级); senior or middle.")
    approved: int = described("Posts approved (核定岗位数).")
    employed: int = strawberry.field(default=0, description="People employed on them (人员聘任数).")
    qualified_not_employed: int = strawberry.field(
        default=0, description="People who have the title and no post (已取得资格未聘人数)."
    )


@strawberry.input(description="An approval of a grass-roots unit's targeted posts.")
class ApproveTargetedPlanInput(Act):
    """Approve posts."""

    unit_id: strawberry.ID = id_of("Organisation", "Whose posts (用人单位).")
    year: int = described("The year (年度).")
    headcount: int = described("The number of posts that the ratio is taken of (专业技术岗位总数).")
    document_no: str = described("The number of the document (文号).")
    levels: list[TargetedLevelInput] = described("The posts; a level left out has none.")


@strawberry.type(description="What came of an approval of targeted posts.")
class TargetedPlanPayload(Payload):
    """The plan."""

    targeted_plan: TargetedPlan | None = optional("The plan as it is now.")


@strawberry.type
class TargetedPlanQuery:
    """Targeted posts."""

    @strawberry.field(description="An approval of targeted posts by its id.")
    async def targeted_plan(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> TargetedPlan | None:
        """One plan."""
        return await TargetedPlan.at(info, id)

    @strawberry.field(
        description="The targeted posts of a unit and year that are in force; null without any."
    )
    async def targeted_plan_of_unit(
        self,
        info: Info,
        unit_id: Annotated[strawberry.ID, strawberry.argument(description="Whose.")],
        year: Annotated[int, strawberry.argument(description="The year (年度).")],
    ) -> TargetedPlan | None:
        """The plan in force."""
        unit = uuid_of(unit_id, "Organisation", field="unit_id")
        try:
            told = await info.context.quota.get("/v1/targeted-plans/of-unit", unit_id=unit, year=year)
        except NotFound:
            return None
        return TargetedPlan.of(told)

    @strawberry.field(description="The approvals of targeted posts that the caller may see, newest first.")
    async def targeted_plans(
        self,
        info: Info,
        first: First,
        after: After = None,
        unit_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this unit.")] = None,
        year: Annotated[int | None, strawberry.argument(description="Of this year.")] = None,
    ) -> Connection[TargetedPlan] | None:
        """Many plans."""
        return await page(
            info.context.quota,
            "/v1/targeted-plans",
            TargetedPlan.of,
            first,
            after,
            unit_id=uuid_of(unit_id, "Organisation", field="unit_id") if unit_id else None,
            year=year,
        )


@strawberry.type
class TargetedPlanMutation:
    """Acts on targeted posts."""

    @mutation(
        "Approve a grass-roots unit's targeted posts; a former approval of the year is replaced (一（四）1)."
    )
    async def approve_targeted_plan(
        self, info: Info, input: ApproveTargetedPlanInput
    ) -> TargetedPlanPayload | None:
        """Approve them."""
        done = await info.context.quota.write("POST", "/v1/targeted-plans", body_of(input))
        return TargetedPlanPayload(targeted_plan=TargetedPlan.of(done.record), basis=Basis.each(done.basis))
