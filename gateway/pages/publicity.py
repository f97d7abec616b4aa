"""Publicity (公示): who is recommended or has passed, for how many working days more anybody may object, and how."""

from uuid import UUID

from fastapi import Request, Response

from gateway.pages import wording
from gateway.pages.rendering import public, router, shown
from gateway.pages.visit import Visit

READ = ["GET", "HEAD"]
MANY = 20
UNLISTED = {"x-robots-tag": "noindex, noarchive"}
"""Names are public for some days; no search engine is to keep them for ever."""
pages = router()


@pages.api_route("/publicity", methods=READ)
async def every_publicity(request: Request) -> Response:
    """What is public now, or was."""
    visit = Visit.of(request)
    source = public(visit)
    asked = {
        "kind": visit.chosen("kind", wording.codes("publicity_kind")),
        "over": visit.chosen("over", {"1"}),
    }
    running = None if asked["over"] else "true"
    after = visit.asked("after")
    found = await source.get("/v1/publicities", kind=asked["kind"], running=running, first=MANY, after=after)
    told = {"asked": asked, "found": found, "series": await source.series()}
    return shown(visit, "publicities.html", headers=UNLISTED, **told)


@pages.api_route("/publicity/{publicity_id}", methods=READ)
async def one_publicity(publicity_id: UUID, request: Request) -> Response:
    """One publicity as it was made public, and how to object."""
    visit = Visit.of(request)
    source = public(visit)
    told = await source.get(f"/v1/publicities/{publicity_id}")
    series = await source.series()
    at = request.app.state.settings.application_url.rstrip("/")
    acts_at = f"{at}/publicity/{publicity_id}" if at else None
    return shown(visit, "publicity.html", headers=UNLISTED, told=told, series=series, acts_at=acts_at)
