"""The overview as figures and as a chart: what bars are made of, and how far their axis goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from services.quota.contract import PostPool, TitleLevel
from services.quota.overview.policy import OverviewFile
from services.quota.overview.states import Part

STEPS = (1, 2, 5)
"""An axis ends at one of these, times a power of ten, so that half of it is easily read too."""
STALE = "此后岗位情况已有变动，请重新测算"


@dataclass(frozen=True, slots=True)
class Sums:
    """What the units of a place make together at one level of a pool."""

    units: int = 0
    counted: int = 0
    short_units: int = 0
    approved: int = 0
    employed: int = 0
    qualified_not_employed: int = 0
    declarable: int = 0
    deficit: int = 0
    held: int = 0
    used: int = 0
    shortage: int = 0
    free: int | None = None
    own_free: int | None = None

    def __add__(self, other: "Sums") -> "Sums":
        pairs = ((getattr(self, each.name), getattr(other, each.name)) for each in fields(self))
        return Sums(*(one if two is None else (one or 0) + two for one, two in pairs))

    @property
    def parts(self) -> dict[Part, int]:
        """What a bar is made of."""
        return {
            Part.EMPLOYED: self.employed,
            Part.QUALIFIED: self.qualified_not_employed,
            Part.RECOMMENDED: self.held + self.used,
            Part.FREE: self.own_free or 0,
        }


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the overview: a place, a pool, a level."""

    code: str
    pool: PostPool
    level: TitleLevel
    sums: Sums


def total(found: Iterable[Found], pool: PostPool, level: TitleLevel) -> Sums:
    """All places together."""
    mine = (each.sums for each in found if (each.pool, each.level) == (pool, level))
    return sum(mine, Sums())


def places(found: Sequence[Found], file: OverviewFile) -> list[tuple[str, str]]:
    """Codes and names of the places that there is something of, in the policy's order; one it does not name comes last."""
    known = {place.code: place.name for place in file.places}
    there = {each.code for each in found}
    return [
        (code, known.get(code, code)) for code in [*known, *sorted(there - known.keys())] if code in there
    ]


def chart(
    found: Sequence[Found],
    file: OverviewFile,
    levels: Sequence[TitleLevel],
    pool: PostPool,
    *,
    year: int,
    counted_at: str,
    stale: bool,
) -> dict[str, Any]:
    """The data of the chart's template: a row per place, a panel per level."""
    by = {(each.code, each.level): each.sums for each in found if each.pool is pool}
    shown = [(code, name) for code, name in places(found, file) if any((code, each) in by for each in levels)]
    bars = {level: [by.get((code, level), Sums()) for code, _ in shown] for level in levels}
    return {
        "title": file.chart.title.format(year=year),
        "subtitle": f"{pool.zh} · 依据 {counted_at} 完成的全省岗位测算",
        "warning": STALE if stale else None,
        "note": file.chart.note,
        "words": {"approved": "核准岗位数", "short": "缺"},
        "legend": [{"key": part, "zh": part.zh} for part in Part],
        "panels": [_panel(level, bars[level], total(found, pool, level)) for level in levels],
        "rows": [
            {
                "name": name,
                "units": _units(by, code, levels),
                "bars": [_bar(bars[level][at]) for level in levels],
            }
            for at, (code, name) in enumerate(shown)
        ],
    }


def ticks(most: int) -> list[int]:
    """Where the axis is marked: its beginning, its middle where that is a whole number, its end at or behind `most`."""
    scale = 1
    while True:
        for step in STEPS:
            if step * scale >= most:
                end = step * scale
                return [0, end] if end % 2 else [0, end // 2, end]
        scale *= 10


def _panel(level: TitleLevel, bars: Sequence[Sums], whole: Sums) -> dict[str, Any]:
    told = [f"共核准 {whole.approved}", *(f"{part.short} {number}" for part, number in whole.parts.items())]
    longest = (max(each.approved, sum(each.parts.values())) for each in bars)
    return {
        "title": level.zh,
        "sums": told,
        "ticks": ticks(max(longest, default=0)),
    }


def _bar(sums: Sums) -> dict[str, int]:
    return {"approved": sums.approved, "shortage": sums.shortage} | {
        str(part): number for part, number in sums.parts.items()
    }


def _units(by: dict[tuple[str, TitleLevel], Sums], code: str, levels: Sequence[TitleLevel]) -> str:
    sums = next(by[code, level] for level in levels if (code, level) in by)
    return f"{sums.counted}/{sums.units} 个单位"
