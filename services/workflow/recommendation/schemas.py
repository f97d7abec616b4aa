"""Shapes of plans and recommendations."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.quota.contract import TitleLevel
from services.workflow.recommendation.states import PlanState, RecommendationState
from services.workflow.shapes import Code, In, Out, Prose, Stated


class PostsIn(In):
    """How many posts of a level the unit announces."""

    level: TitleLevel
    count: int = Field(ge=0, le=10_000)


class PlanText(In):
    """What a plan tells: policy, posts, conditions, procedure (三（六）2)."""

    policy_text: Prose
    conditions: Prose
    procedure: Prose
    posts: Annotated[list[PostsIn], Field(min_length=1, max_length=len(TitleLevel))]

    @model_validator(mode="after")
    def _levels_once(self) -> Self:
        levels = [post.level for post in self.posts]
        if len(set(levels)) < len(levels):
            raise ValueError("name each level once")
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


class RecommendationIn(In):
    """Whom the unit recommends, for what; `rank` is the person's place in the unit's order."""

    plan_id: UUID
    person_id: UUID
    series: Code
    specialty_id: UUID | None = None
    level: TitleLevel
    rank: int | None = Field(None, ge=1, le=10_000)


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
    rank: int | None
    state: RecommendationState
    reservation_id: UUID | None
    publicity_id: UUID | None
    created_at: datetime
    version: int


class LookupIn(In):
    """Ids that another service holds something for."""

    ids: Annotated[list[UUID], Field(max_length=1000)]


class Known(Out):
    """A recommendation that exists, and where it stands."""

    id: UUID
    state: RecommendationState


class KnownOut(Out):
    """Those of the ids asked that exist."""

    items: list[Known]
