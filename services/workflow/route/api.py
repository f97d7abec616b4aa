"""The HTTP face of routes, and of what is open to a person."""

from typing import Annotated

from fastapi import Query, Request

from services.accounts.contract import OrganisationNature, PersonKind, Role
from services.kit.errors import Unavailable
from services.kit.http import BasisOut, Page, language_of, refusals, router
from services.workflow.act import CurrentAct
from services.workflow.cycle.errors import SeriesUnknown
from services.workflow.entitlement import store as entitlements
from services.workflow.neighbours import AccountsService
from services.workflow.policy import CurrentPolicies, PolicyUnknown
from services.workflow.route.errors import ApplicantsAsk
from services.workflow.route.outlook import Question, outlook, supposed
from services.workflow.route.schemas import AtLevelOut, EntitlementOut, OutlookOut, RouteOut
from services.workflow.shapes import Code, Line

routes = router(prefix="/v1", tags=["route"])


@routes.get("/routes", responses=refusals(PolicyUnknown))
async def every_route(request: Request, policies: CurrentPolicies, year: int | None = None) -> Page[RouteOut]:
    """The routes of a year (of the newest without one), with whom each is open to and on what conditions; public."""
    policy = policies.of_year(year) if year else policies.latest
    items = [RouteOut.of(each, policy, language_of(request)) for each in policy.routes.routes]
    return Page(items=items, total=len(items))


@routes.get("/routes/what-if", responses=refusals(SeriesUnknown, PolicyUnknown))
async def what_if_one_were(
    request: Request,
    policies: CurrentPolicies,
    kind: PersonKind,
    series: Code,
    nature: OrganisationNature | None = None,
    specialty: Annotated[Line | None, Query(description="name of the specialty")] = None,
    year: int | None = None,
) -> OutlookOut:
    """Which levels of a series anybody of that kind, of a unit of that nature, may reach by which routes; public.

    Whom a route is open to is judged; what it asks beside that is told as UNKNOWN, for nothing is on record.
    """
    policy = policies.of_year(year) if year else policies.latest
    asked = Question(series, specialty, assessed=False, nominated=False)
    found = supposed(policy, kind, nature, asked)
    items = [AtLevelOut.of(each, language_of(request)) for each in found]
    return OutlookOut(year=policy.year, series=series, items=items, entitlements=[])


@routes.get("/what-if", responses=refusals(ApplicantsAsk, SeriesUnknown, PolicyUnknown, Unavailable))
async def what_if(
    request: Request,
    act: CurrentAct,
    accounts: AccountsService,
    series: Code,
    specialty: Annotated[Line | None, Query(description="name of the specialty")] = None,
    assessed: Annotated[bool, Query(description="suppose that the unit assesses the person")] = False,
    nominated: Annotated[bool, Query(description="suppose that experts nominate the person")] = False,
    year: int | None = None,
) -> OutlookOut:
    """Which levels of a series are open to the caller by which routes, and which are not, why, by which article."""
    act.actor.require(Role.APPLICANT)
    if act.actor.person_id is None:
        raise ApplicantsAsk
    policy = act.policies.of_year(year) if year else act.policies.latest
    asked = Question(series, specialty, assessed=assessed, nominated=nominated)
    found = await outlook(act, accounts, act.actor.person_id, policy, asked)
    items = [AtLevelOut.of(each, language_of(request)) for each in found]
    lists = await entitlements.of_person(act.tx, act.province, policy.year, act.actor.person_id)
    basis = [BasisOut.model_validate(policy.articles["epidemic_preferences"])]
    entitled = [
        EntitlementOut(title=each.title, document_number=each.document_number, basis=basis) for each in lists
    ]
    return OutlookOut(year=policy.year, series=series, items=items, entitlements=entitled)
