"""What callers send and see of the staffing ledger."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.kit.errors import Language
from services.kit.http import BasisOut
from services.quota.contract import PostPool, TitleLevel
from services.quota.contract import StaffingCause as Cause
from services.quota.contract import StaffingMeasure as Measure
from services.quota.ledger.schemas import LineOut
from services.quota.policy import YearPolicy
from services.quota.staffing.draft import LONGEST, Draft
from services.quota.staffing.exits import Counting
from services.quota.staffing.model import StaffingMovement, StaffMember
from services.quota.staffing.people import LONGEST_NAME, Named
from services.quota.staffing.reading import Balance, Sum, Undecided, balances_of
from services.quota.staffing.standing import Held
from services.quota.staffing.working import PlanSet, trace

MOST_POSTS = 100_000


def _text(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Name = Annotated[str, _text(LONGEST_NAME)]
Title = Annotated[str, _text(LONGEST["title"])]
PostGrade = Annotated[str, _text(LONGEST["post_grade"])]
Document = Annotated[str, _text(LONGEST["document"])]
Reason = Annotated[str, _text(LONGEST["reason"])]


class MemberIn(BaseModel):
    """A person: by the ledger's own id, or by name and, where there is one, the person's account."""

    id: UUID | None = None
    name: Name | None = None
    person_id: UUID | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "MemberIn":
        if (self.id is None) == (self.name is None) or (self.id and self.person_id):
            raise ValueError("give the id, or else the name with or without person_id")
        return self

    def named(self) -> Named:
        """The same for the service."""
        return Named(self.name, self.person_id, self.id)


class MovementIn(BaseModel):
    """A movement; what a cause needs besides is told by the refusal that misses it."""

    unit_id: UUID
    cause: Cause
    on_date: date
    pool: PostPool | None = None
    member: MemberIn | None = None
    level: TitleLevel | None = None
    posts: Annotated[int | None, Field(ge=0, le=MOST_POSTS)] = None
    title: Title | None = None
    post_grade: PostGrade | None = None
    document: Document | None = None
    reason: Reason | None = None
    since: date | None = None
    by_examination: bool | None = None
    takes_post: bool | None = None

    @model_validator(mode="after")
    def _no_reversal(self) -> "MovementIn":
        if self.cause is Cause.REVERSAL:
            raise ValueError("a reversal is asked for at the movement that it takes back")
        return self

    def draft(self) -> Draft:
        """The same for the rules."""
        told = self.model_dump(exclude={"unit_id", "member"})
        return Draft(**told, has_member=self.member is not None)


class ReversalIn(BaseModel):
    """Why a movement is taken back."""

    reason: Reason
    document: Document | None = None


class MemberChangeIn(BaseModel):
    """A person's name as it should be, and the account the person has."""

    name: Name
    person_id: UUID | None = None


class MemberOut(BaseModel):
    """A person of the ledger."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    person_id: UUID | None


class EntryOut(BaseModel):
    """What a movement changed of one number."""

    model_config = ConfigDict(from_attributes=True)

    pool: PostPool
    measure: Measure
    level: TitleLevel
    delta: int


class CountingOut(BaseModel):
    """Whether an exit counts among those of the year, and why."""

    counts: bool
    text: str
    cite: str


class MovementOut(BaseModel):
    """A movement with its entries; `counting` is told of exits."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    unit_id: UUID
    cause: Cause
    on_date: date
    pool: PostPool
    member: MemberOut | None
    level: TitleLevel | None
    from_level: TitleLevel | None
    posts: int | None
    title: str | None
    post_grade: str | None
    document: str | None
    reason: str | None
    since: date | None
    by_examination: bool
    takes_post: bool | None
    reverses_id: UUID | None
    reversed_by: UUID | None
    actor_name: str
    recorded_at: datetime
    entries: list[EntryOut]
    counting: CountingOut | None


class PostOut(BaseModel):
    """Somebody in post on the day asked for; `id` is the person's, after which the list goes on."""

    id: UUID
    member: MemberOut
    pool: PostPool
    level: TitleLevel
    title: str | None
    post_grade: str | None
    since: date

    @classmethod
    def of(cls, member: StaffMember, held: Held) -> "PostOut":
        """A person with the post held."""
        return cls(
            id=member.id,
            member=MemberOut.model_validate(member),
            pool=held.place[0],
            level=held.place[1],
            title=held.title,
            post_grade=held.post_grade,
            since=held.since,
        )


class TargetedEmploymentOut(BaseModel):
    """An employment on a targeted post, as filed with the province (一（四）1)."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    unit_id: UUID
    cause: Cause
    member: MemberOut
    level: TitleLevel
    title: str | None
    post_grade: str | None
    document: str | None
    on_date: date
    recorded_at: datetime
    reversed_by: UUID | None


class LevelBalanceOut(BaseModel):
    """One level of the ledger on a day, with its working."""

    level: TitleLevel
    approved: int
    employed: int
    vacant: int
    qualified_not_employed: int
    exits: int
    declarable: int
    trace: list[LineOut]


class UndecidedOut(BaseModel):
    """A qualification by examination of which nobody decided yet whether it takes a post (附件2 说明2)."""

    model_config = ConfigDict(from_attributes=True)

    member_id: UUID
    name: str
    level: TitleLevel
    title: str | None
    since: date


class BalancesOut(BaseModel):
    """A unit's ledger of a pool on a day; the year's form needs `undecided` to be empty."""

    unit_id: UUID
    pool: PostPool
    year: int
    on: date
    keeps_ledger: bool
    levels: list[LevelBalanceOut]
    undecided: list[UndecidedOut]
    basis: list[BasisOut]


def levels_out(
    sums: list[Sum], plans: Mapping[TitleLevel, StaffingMovement], policy: YearPolicy, language: Language
) -> list[LevelBalanceOut]:
    """Every level with its working."""
    found = balances_of(sums).items()
    return [_level(each, sums, plans.get(level), policy, language) for level, each in found]


def _level(
    balance: Balance,
    sums: list[Sum],
    plan: StaffingMovement | None,
    policy: YearPolicy,
    language: Language,
) -> LevelBalanceOut:
    told = PlanSet(plan.on_date, str(plan.document)) if plan else None
    lines = trace(balance, sums, told, policy.staffing.exits_window, policy.articles)
    return LevelBalanceOut(
        level=balance.level,
        approved=balance.approved,
        employed=balance.employed,
        vacant=balance.vacant,
        qualified_not_employed=balance.qualified_not_employed,
        exits=balance.exits,
        declarable=balance.declarable,
        trace=[LineOut.of(line, language) for line in lines],
    )


def counting_out(counting: Counting, policy: YearPolicy, language: Language) -> CountingOut:
    """Whether an exit counts, in the caller's language."""
    text = counting.en if language is Language.EN else counting.zh
    return CountingOut(counts=counting.counts, text=text, cite=policy.articles[counting.article].cite)


def undecided_out(undecided: Iterable[Undecided]) -> list[UndecidedOut]:
    """The people of whom something is still to be decided."""
    return [UndecidedOut.model_validate(each) for each in undecided]
