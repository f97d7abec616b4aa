"""Shapes of plans and recommendations."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from services.accounts.contract import AidPosting, RecordKind, RecordState
from services.quota.contract import Ground, PostPool, TitleLevel
from services.workflow.recommendation.states import JudgedFor, PlanState, RecommendationState
from services.workflow.route.states import EXPERTS_AT_MOST
from services.workflow.shapes import Code, In, Line, Out, Prose, Stated


class PostsIn(In):
    """How many posts of a level the unit announces, of its general or its targeted ones (一（四）1)."""

    level: TitleLevel
    pool: PostPool = PostPool.GENERAL
    count: int = Field(ge=0, le=10_000)


class PlanText(In):
    """What a plan tells: policy, posts, conditions, procedure (三（六）2)."""

    policy_text: Prose
    conditions: Prose
    procedure: Prose
    posts: Annotated[list[PostsIn], Field(min_length=1, max_length=len(TitleLevel) * len(PostPool))]

    @model_validator(mode="after")
    def _levels_once(self) -> Self:
        named = [(post.pool, post.level) for post in self.posts]
        if len(set(named)) < len(named):
            raise ValueError("name each level of a pool once")
        return self


class PlanIn(PlanText):
    """A new plan of a unit for a cycle."""

    unit_id: UUID
    cycle_id: UUID


class PlanChange(PlanText):
    """A draft rewritten; `version` is what the caller has read."""

    version: int = Field(ge=1)


class PostsOut(Out):
    """How many posts of a level are announced."""

    level: TitleLevel
    pool: PostPool = PostPool.GENERAL
    count: int


class PlanOut(Stated):
    """A unit's recommendation plan; public once PUBLISHED."""

    id: UUID
    unit_id: UUID
    cycle_id: UUID
    policy_text: str
    conditions: str
    procedure: str
    posts: list[PostsOut]
    state: PlanState
    published_at: datetime | None
    created_at: datetime
    version: int


class Nominator(BaseModel):
    """An expert who nominates (专家举荐): name, title and unit."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    name: Line
    title: Line
    unit: Line


class RecommendationIn(In):
    """Whom the unit recommends, for what; a post of the plan goes to who is on the unit's ranked list, in its order.

    The `route` decides posts and `ground`; left out, it follows from them and from the kind of person. Some routes rest
    on the document of the unit's own `assessment`, one on experts as `nominators`.
    """

    plan_id: UUID
    person_id: UUID
    series: Code
    specialty_id: UUID | None = None
    level: TitleLevel
    pool: PostPool = PostPool.GENERAL
    ground: Ground | None = None
    route: Code | None = None
    assessment: Line | None = None
    nominators: list[Nominator] = Field(default_factory=list, max_length=EXPERTS_AT_MOST)

    @field_validator("nominators")
    @classmethod
    def _experts_once(cls, nominators: list[Nominator]) -> list[Nominator]:
        if len({(each.name, each.unit) for each in nominators}) < len(nominators):
            raise ValueError("name each expert once")
        return nominators


class VerdictOut(Out):
    """What was found of one material of the person, and for which act of the unit it was first asked (三（二）)."""

    record_id: UUID
    record_version: int
    kind: RecordKind
    verdict: RecordState
    reason: str | None
    sha256: str | None
    confirmer_id: UUID
    decided_at: datetime | None
    judged_for: JudgedFor


class RecommendationOut(Stated):
    """A recommendation; lists go on after its `place`."""

    id: UUID
    place: UUID
    plan_id: UUID
    cycle_id: UUID
    unit_id: UUID
    person_id: UUID
    person_name: str
    series: str
    specialty_id: UUID | None
    level: TitleLevel
    ranked_list_id: UUID | None
    rank: int | None
    pool: PostPool
    ground: Ground | None
    route: str
    assessment: str | None
    aid: AidPosting | None = None
    nominators: list[Nominator]
    state: RecommendationState
    reservation_id: UUID | None
    publicity_id: UUID | None
    created_at: datetime
    version: int
    verdicts: list[VerdictOut] = Field(default_factory=list)


class IdsIn(In):
    """Recommendations by id."""

    ids: Annotated[list[UUID], Field(max_length=200)]


class LookupIn(In):
    """Ids that another service holds something for."""

    ids: Annotated[list[UUID], Field(max_length=1000)]


class Known(Out):
    """A recommendation that exists, and where it stands."""

    id: UUID
    state: RecommendationState


class KnownOut(Out):
    """Those of the ids asked that exist, and those that may come to be at this moment; any other never will."""

    items: list[Known]
    under_way: list[UUID]
