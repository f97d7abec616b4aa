"""What the overview looks like to a caller."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.kit.http import BasisOut
from services.quota.contract import PostPool, TitleLevel
from services.quota.overview.rules import Found, Sums, places, total
from services.quota.overview.states import ChartFormat
from services.quota.policy import YearPolicy
from services.quota.recalculation.model import Recalculation


class LevelOverviewOut(BaseModel):
    """The posts of one level of a pool; `free` is null where no number limits it."""

    pool: PostPool
    level: TitleLevel
    units: int = Field(description="institutions")
    counted: int = Field(
        description="of these, with an approved form; in the targeted pool with posts approved"
    )
    short_units: int = Field(description="of these, units that recommend more than their places bear")
    approved: int
    employed: int
    qualified_not_employed: int
    declarable: int
    deficit: int = Field(description="what levels in the red lack")
    held: int
    used: int
    shortage: int
    free: int | None = Field(description="a vacancy counts where it is, and one step below, until it is used")
    own_free: int | None = Field(description="vacancies that nothing takes, none of them counted twice")

    @classmethod
    def of(cls, pool: PostPool, level: TitleLevel, sums: Sums) -> Self:
        """A line."""
        return cls(pool=pool, level=level, **asdict(sums))


class PlaceOut(BaseModel):
    """A prefecture, or the province's own units."""

    code: str
    name: str
    levels: list[LevelOverviewOut]


class OverviewOut(BaseModel):
    """How posts are used, as the last recalculation found it; `stale` once something it counted has moved."""

    year: int
    recalculation_id: UUID
    begun_at: datetime
    counted_at: datetime
    stale: bool
    places: list[PlaceOut]
    total: list[LevelOverviewOut]
    basis: list[BasisOut]

    @classmethod
    def of(cls, job: Recalculation, found: Sequence[Found], policy: YearPolicy, *, stale: bool) -> Self:
        """The lines of each place in the order of the official table, and all places together."""
        keys = [(pool, level) for pool in PostPool for level in TitleLevel]
        by = {(each.code, each.pool, each.level): each.sums for each in found}
        there = {(each.pool, each.level) for each in found}
        return cls(
            year=job.year,
            recalculation_id=job.id,
            begun_at=job.begun_at,
            counted_at=job.ended_at,
            stale=stale,
            places=[
                PlaceOut(
                    code=code,
                    name=name,
                    levels=[LevelOverviewOut.of(*key, by[code, *key]) for key in keys if (code, *key) in by],
                )
                for code, name in places(found, policy.overview)
            ],
            total=[LevelOverviewOut.of(*key, total(found, *key)) for key in keys if key in there],
            basis=[BasisOut.model_validate(each) for each in policy.basis("within_numbers", "ratios")],
        )


class ChartLinkIn(BaseModel):
    """A chart to fetch."""

    year: int = Field(ge=1, le=9999)
    pool: PostPool = PostPool.GENERAL
    format: ChartFormat = ChartFormat.SVG


class ChartLinkOut(BaseModel):
    """Where the chart can be fetched, and until when; the link is the right to do so."""

    path: str
    expires_at: datetime
