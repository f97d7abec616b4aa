"""Which route is open to me (申报途径查询): by kind of person, unit and series, before anything is begun."""

from typing import Any

from fastapi import Request, Response

from gateway.pages.rendering import public, router, shown
from gateway.pages.visit import Visit
from services.accounts.contract import OrganisationNature, PersonKind

READ = ["GET", "HEAD"]
pages = router()


@pages.api_route("/routes", methods=READ)
async def what_if(request: Request) -> Response:
    """A form, and below it the answer: level by level, each route that comes into question, its conditions and articles."""
    visit = Visit.of(request)
    source = public(visit)
    series = await source.series()
    asked = {
        "kind": visit.chosen("kind", set(PersonKind)),
        "nature": visit.chosen("nature", set(OrganisationNature)),
        "series": visit.chosen("series", series),
        "specialty": visit.asked("specialty"),
    }
    told: dict[str, Any] = {"series": series, "asked": asked, "kinds": list(PersonKind)}
    answer = None
    if asked["kind"] and asked["series"]:
        answer = await source.get("/v1/routes/what-if", **asked)
    return shown(visit, "routes.html", answer=answer, natures=list(OrganisationNature), **told)
