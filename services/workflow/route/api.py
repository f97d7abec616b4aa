"""The HTTP face of routes."""

from fastapi import Request

from services.kit.http import Page, language_of, refusals, router
from services.workflow.policy import CurrentPolicies, PolicyUnknown
from services.workflow.route.schemas import RouteOut

routes = router(prefix="/v1", tags=["route"])


@routes.get("/routes", responses=refusals(PolicyUnknown))
async def every_route(request: Request, policies: CurrentPolicies, year: int | None = None) -> Page[RouteOut]:
    """The routes of a year (of the newest without one), with whom each is open to and on what conditions; public."""
    policy = policies.of_year(year) if year else policies.latest
    items = [RouteOut.of(each, policy, language_of(request)) for each in policy.routes.routes]
    return Page(items=items, total=len(items))
