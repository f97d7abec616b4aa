"""The year's arrangements (年度工作安排, 三（四）): its windows and dates, and what each series has arranged."""

from uuid import UUID

from fastapi import Request, Response

from gateway.pages.rendering import public, router, shown
from gateway.pages.visit import Visit

READ = ["GET", "HEAD"]
MANY = 100
pages = router()


@pages.api_route("/arrangements", methods=READ)
async def every_arrangement(request: Request) -> Response:
    """The windows of a year, and the arrangements published for it."""
    visit = Visit.of(request)
    source = public(visit)
    cycle = await source.cycle(visit.year())
    if cycle is None:
        return shown(visit, "arrangements.html", cycle=None)
    after = visit.asked("after")
    found = await source.get("/v1/arrangements", cycle_id=cycle["id"], first=MANY, after=after)
    told = {"cycle": cycle, "series": await source.series(cycle["year"]), "found": found}
    return shown(visit, "arrangements.html", **told)


@pages.api_route("/arrangements/{arrangement_id}", methods=READ)
async def one_arrangement(arrangement_id: UUID, request: Request) -> Response:
    """One arrangement, with the windows of its year and the levels of its series."""
    visit = Visit.of(request)
    source = public(visit)
    arrangement = await source.get(f"/v1/arrangements/{arrangement_id}")
    cycle = await source.cycle_of(arrangement["cycle_id"])
    series = (await source.series(cycle["year"])).get(arrangement["series"])
    return shown(visit, "arrangement.html", arrangement=arrangement, cycle=cycle, series=series)
