"""The season's figures (年度数据): how many declarations there are, as bars in tables; small numbers are not told."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from gateway.pages.rendering import public, router, shown
from gateway.pages.visit import Visit

READ = ["GET", "HEAD"]
WIDEST = 100.0
"""How wide the longest bar is, in units of the drawing."""
CHARTS = ("levels", "series", "prefectures", "states")
pages = router()


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart; a number that is not told has no width."""

    code: str | None
    name: str
    number: int | None
    width: float


@pages.api_route("/figures", methods=READ)
async def figures(request: Request) -> Response:
    """The figures of a year."""
    visit = Visit.of(request)
    source = public(visit)
    cycle = await source.cycle(visit.year())
    if cycle is None:
        return shown(visit, "figures.html", cycle=None)
    told = await source.get(f"/v1/cycles/{cycle['id']}/figures")
    charts = {name: bars(told[name]) for name in CHARTS}
    return shown(visit, "figures.html", cycle=cycle, told=told, charts=charts)


def bars(counts: list[dict[str, Any]]) -> list[Bar]:
    """A chart: the longest bar is as wide as it gets."""
    most = max((each["number"] or 0 for each in counts), default=0)
    return [
        Bar(
            each["code"],
            each["name"],
            each["number"],
            round(WIDEST * (each["number"] or 0) / most, 1) if most else 0.0,
        )
        for each in counts
    ]
