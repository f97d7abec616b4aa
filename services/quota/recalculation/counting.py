"""The set-based work of a recalculation: chunks of units in the order of their ids, and the sums of them all.

Each is a statement whose plan is made for its values: what suits a chunk of the first run does not suit the next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.quota.contract import PostPool, TitleLevel
from services.quota.policy import YearPolicy
from services.quota.ratio.rules import PREFECTURE_DIGITS, Row
from services.quota.staffing.states import FILED

HERE = Path(__file__).parent
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)
PLAN_BY_VALUES = text("set local plan_cache_mode = force_custom_plan")
PLAN_BY_KEY = text("set local enable_seqscan = off")
"""A chunk is a small part of every table: whole tables are not walked for it, however small they are thought to be."""
GROUPS = (
    *("unified_senior", "unified_middle", "unified_junior"),
    *("targeted_senior", "targeted_middle", "overall_senior", "overall_middle"),
)
"""The ratios of a row of Annex 1."""


def _statement(name: str, *ids: str) -> TextClause:
    sql = (HERE / f"{name}.sql").read_text(encoding="utf-8")
    return text(sql).bindparams(*(bindparam(each, type_=Uuid()) for each in ids))


CHUNK = _statement("chunk", "after", "upto")
SUMS = _statement("sums", "recalculation_id")
TOTAL = text(
    """select (
        select count(*) from unit_card where in_use and nature = any(:natures)
    ) + (
        select count(distinct unit_id) from ledger join unit_card using (unit_id)
        where year = :year and (in_use and nature = any(:natures)) is not true
    )"""
)
"""How many units a year has: every institution in use, and whatever else has posts that are counted."""
NEXT = text(
    """select count(*) as number, (array_agg(unit_id order by unit_id desc))[1] as last from (
        select unit_id from (
            (
                select unit_id from unit_card
                where unit_id > :after and in_use and nature = any(:natures) order by unit_id limit :at_most
            ) union (
                select distinct unit_id from ledger join unit_card using (unit_id)
                where ledger.unit_id > :after and unit_card.unit_id > :after and year = :year
                order by unit_id limit :at_most
            )
        ) as either order by unit_id limit :at_most
    ) as following"""
).bindparams(bindparam("after", type_=Uuid()))
"""The same, so many behind one of them; each of the two is read in its own order and no further than it has to be."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The next units: how many they are, and the last one; the one behind all when there are no more."""

    number: int
    last: UUID

    @property
    def is_last(self) -> bool:
        """Whether nothing comes after it."""
        return self.last == LAST


async def total(tx: AsyncSession, policy: YearPolicy) -> int:
    """How many units of the year there are to count."""
    return int(await tx.scalar(TOTAL, _year(policy)) or 0)


async def next_chunk(tx: AsyncSession, policy: YearPolicy, after: UUID | None, at_most: int) -> Chunk:
    """The units that come next behind `after`."""
    await _planned(tx)
    found = await tx.execute(NEXT, {**_year(policy), "after": after or FIRST, "at_most": at_most})
    number, last = found.one()
    return Chunk(number, last if number == at_most else LAST)


async def count(tx: AsyncSession, policy: YearPolicy, after: UUID | None, upto: UUID) -> None:
    """Write the standings of the units behind `after` up to `upto`; those of units that are no more are removed."""
    await _planned(tx)
    given = {
        **_year(policy),
        **_ladder(policy),
        **_annex(policy),
        "general": PostPool.GENERAL,
        "anew": [*FILED],
    }
    await tx.execute(CHUNK, {**given, "after": after or FIRST, "upto": upto})


async def add_up(tx: AsyncSession, recalculation_id: UUID, year: int) -> None:
    """Keep what all standings of a year make together."""
    given = {"year": year, "digits": PREFECTURE_DIGITS, "general": PostPool.GENERAL}
    await tx.execute(SUMS, {**given, "recalculation_id": recalculation_id})


async def _planned(tx: AsyncSession) -> None:
    for setting in (PLAN_BY_VALUES, PLAN_BY_KEY):
        await tx.execute(setting)


def _year(policy: YearPolicy) -> dict[str, Any]:
    return {"year": policy.year, "natures": sorted(policy.posts.form.natures)}


def _ladder(policy: YearPolicy) -> dict[str, Sequence[Any]]:
    """The levels of each pool; the targeted one has no others than those that are limited."""
    every = [
        (pool, level)
        for pool in PostPool
        for level in TitleLevel
        if pool is PostPool.GENERAL or policy.is_limited(level)
    ]
    rules = policy.allocation.pools
    return {
        "steps": list(range(len(every))),
        "pools": [pool for pool, _ in every],
        "levels": [level for _, level in every],
        "limits": [policy.is_limited(level) for _, level in every],
        "lenders": [
            policy.is_limited(level) and _serves_limited(policy, rules[pool].steps_down, level)
            for pool, level in every
        ],
        "per_place": [rules[pool].exits_per_place for pool, _ in every],
    }


def _serves_limited(
    policy: YearPolicy, steps_down: Mapping[TitleLevel, TitleLevel], level: TitleLevel
) -> bool:
    return level in steps_down and policy.is_limited(steps_down[level])


def _annex(policy: YearPolicy) -> dict[str, Any]:
    table = policy.posts.ratios
    lines = [
        (row, region, level)
        for row in table.rows
        for region in sorted(row.regions)
        for level in sorted(row.levels)
    ]
    return {
        "codes": [row.code for row, *_ in lines],
        "regions": [region for _, region, _ in lines],
        "row_levels": [level for *_, level in lines],
        **{f"{name}s": [_percent(row, name) for row, *_ in lines] for name in GROUPS},
        "institutions": sorted(table.institution_natures),
        "below_county": sorted(table.below_county_natures),
        "medical": sorted(table.medical.industries),
        "medical_levels": sorted(table.medical.levels),
        "province_code": table.province_code,
        "digits": PREFECTURE_DIGITS,
    }


def _percent(row: Row, name: str) -> int:
    group, _, kind = name.partition("_")
    return int(getattr(getattr(row, group), kind))
