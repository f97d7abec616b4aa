"""What callers send and see of recalculations and standings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.kit.http import BasisOut
from services.quota.contract import PostPool, TitleLevel
from services.quota.ratio.states import UnitLevel
from services.quota.recalculation.model import LevelStanding, Recalculation, UnitStanding
from services.quota.recalculation.states import RatioFound, RecalculationState
from services.quota.unit.model import UnitCard

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class RecalculationIn(BaseModel):
    """Which year's posts."""

    model_config = ConfigDict(extra="forbid")

    year: Annotated[int, Field(ge=1, le=9999)]


class StopIn(BaseModel):
    """That one is stopped, and why."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    note: Note | None = None


class HistoryOut(BaseModel):
    """A step that a recalculation has taken."""

    model_config = ConfigDict(from_attributes=True)

    action: str
    actor_name: str
    organisation_id: UUID | None
    at: datetime
    note: str | None
    basis: list[BasisOut]


class RecalculationOut(BaseModel):
    """A recalculation and how far it has come."""

    id: UUID
    year: int
    version: int
    state: RecalculationState
    organisation_id: UUID
    begun_at: datetime
    ended_at: datetime | None
    total: int | None = Field(description="units to count; null while they are collected")
    done: int = Field(description="units collected, or counted")
    problem: str | None = Field(description="why the last attempt came no further")
    available_actions: list[str]
    history: list[HistoryOut]

    @classmethod
    def of(cls, job: Recalculation, actions: list[str], history: Sequence[Mapping[str, Any]]) -> Self:
        """A recalculation with what happened to it."""
        return cls(
            id=job.id,
            year=job.year,
            version=job.version,
            state=RecalculationState(job.state),
            organisation_id=job.organisation_id,
            begun_at=job.begun_at,
            ended_at=job.ended_at,
            total=job.total,
            done=job.done,
            problem=job.problem,
            available_actions=actions,
            history=[HistoryOut.model_validate(dict(each)) for each in history],
        )


class LevelStandingOut(BaseModel):
    """One level of a pool; `free` is null where no number limits it."""

    model_config = ConfigDict(from_attributes=True)

    pool: PostPool
    level: TitleLevel
    approved: int
    employed: int
    qualified_not_employed: int
    declarable: int
    decided: bool
    held: int
    used: int
    deemed: int
    exit_places: int
    borrowed: int
    lent: int
    by_exits: int
    shortage: int
    free: int | None


class RatioPostsOut(BaseModel):
    """What the row of Annex 1 makes of the posts approved, cut to whole posts."""

    model_config = ConfigDict(from_attributes=True)

    unified_senior: int
    unified_middle: int
    unified_junior: int
    targeted_senior: int
    targeted_middle: int
    overall_senior: int
    overall_middle: int


class StandingOut(BaseModel):
    """A unit's posts in the last recalculation that came to it."""

    unit_id: UUID
    place: UUID = Field(description="its place in a list, which goes on after it")
    unit_name: str
    region_code: str
    unit_level: UnitLevel
    year: int
    has_form: bool
    short: bool
    ratio: RatioFound
    row_code: str | None
    headcount: int | None
    posts: RatioPostsOut | None
    levels: list[LevelStandingOut]

    @classmethod
    def of(cls, whole: UnitStanding, card: UnitCard, levels: Sequence[LevelStanding]) -> Self:
        """A unit with its levels, in the order of the official table."""
        counted = whole.headcount is not None and whole.row_code is not None
        shown = [LevelStandingOut.model_validate(each) for each in levels]
        order = {level: place for place, level in enumerate(TitleLevel)}
        return cls(
            unit_id=whole.unit_id,
            place=whole.unit_id,
            unit_name=card.name,
            region_code=card.region_code,
            unit_level=UnitLevel(card.level),
            year=whole.year,
            has_form=whole.has_form,
            short=whole.short,
            ratio=RatioFound(whole.ratio),
            row_code=whole.row_code,
            headcount=whole.headcount,
            posts=RatioPostsOut.model_validate(whole) if counted else None,
            levels=sorted(shown, key=lambda each: (each.pool, order[each.level])),
        )
