"""Review criteria (评审条件, 一（一）): the series and levels of the year, and what each asks."""

from uuid import UUID

from fastapi import Request, Response

from gateway.pages.rendering import public, router, shown
from gateway.pages.visit import Visit
from services.quota.contract import TitleLevel

READ = ["GET", "HEAD"]
MANY = 20
pages = router()


@pages.api_route("/criteria", methods=READ)
async def every_criteria(request: Request) -> Response:
    """The published criteria, by series and level, and how each level of each series is obtained."""
    visit = Visit.of(request)
    source = public(visit)
    series = await source.series()
    asked = {"series": visit.chosen("series", series), "level": visit.chosen("level", set(TitleLevel))}
    found = await source.get("/v1/criteria", **asked, first=MANY, after=visit.asked("after"))
    return shown(visit, "criteria.html", series=series, asked=asked, found=found)


@pages.api_route("/criteria/{criteria_id}", methods=READ)
async def one_criteria(criteria_id: UUID, request: Request) -> Response:
    """One version of criteria: what must hold, and what to choose from."""
    visit = Visit.of(request)
    source = public(visit)
    told = await source.get(f"/v1/criteria/{criteria_id}")
    return shown(visit, "criteria_one.html", told=told, series=await source.series())
