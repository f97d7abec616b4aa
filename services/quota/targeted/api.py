"""Targeted plans over HTTP (一（四）1)."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import CurrentActor, RoleMissing
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.errors import Unavailable
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First
from services.kit.steps import RulesBroken
from services.quota.annual_form.store import histories_of
from services.quota.ledger.errors import UnitNotFound
from services.quota.neighbours import AccountsService
from services.quota.policy import CurrentPolicies, YearUnknown
from services.quota.ratio.errors import OtherRuleApplies
from services.quota.targeted import service, store
from services.quota.targeted.errors import NoRowApplies, NotAnInstitution, PlanApprovedMeanwhile, PlanNotFound
from services.quota.targeted.model import TargetedPlan
from services.quota.targeted.schemas import PlanIn, PlanOut
from services.quota.unit import reading as units

routes = router(prefix="/v1/targeted-plans", tags=["targeted plans “双定向”岗位"])
Year = Annotated[int, Query(ge=1, le=9999)]
UNFIT = (NotAnInstitution, OtherRuleApplies, NoRowApplies)


@routes.post(
    "",
    status_code=201,
    responses=refusals(
        YearUnknown, UnitNotFound, RoleMissing, *UNFIT, RulesBroken, PlanApprovedMeanwhile, Unavailable
    ),
)
async def approve(
    body: PlanIn,
    request: Request,
    actor: CurrentActor,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    accounts: AccountsService,
    tx: Tx,
) -> Decided[PlanOut]:
    """Approve a grass-roots unit's targeted senior and middle posts of a year; a former approval is replaced."""
    policy = policies.of(body.year)
    card = await units.card(tx, accounts, body.unit_id)
    deed = service.Deed(actor, service.approver(card, actor), moment, policy)
    province = request.app.state.settings.province
    made, basis = await service.approve(tx, body.wanted(), card, deed, province=province)
    return decided(await _shown(tx, made), basis)


@routes.get("/of-unit", responses=refusals(PlanNotFound))
async def plan_of_unit(unit_id: UUID, year: Year, actor: CurrentActor, tx: Tx) -> PlanOut:
    """The plan in force for a unit and year."""
    return await _shown(tx, await store.in_force(tx, unit_id, year, actor))


@routes.get("/{plan_id}", responses=refusals(PlanNotFound))
async def read_plan(plan_id: UUID, actor: CurrentActor, tx: Tx) -> PlanOut:
    """A plan, with its levels and history."""
    return await _shown(tx, await store.get(tx, plan_id, actor))


@routes.get("", responses=refusals())
async def list_plans(
    actor: CurrentActor,
    tx: Tx,
    unit_id: UUID | None = None,
    year: Year | None = None,
    first: First = 20,
    after: After = None,
) -> Page[PlanOut]:
    """Plans of the caller's own organisations and of those below them, newest first."""
    where = [
        *([TargetedPlan.unit_id == unit_id] if unit_id else []),
        *([TargetedPlan.year == year] if year is not None else []),
    ]
    found, cursor, total = await store.page(tx, actor, where=where, first=first, after=after)
    return Page(items=await _all_shown(tx, found), next_cursor=cursor, total=total)


async def _shown(tx: AsyncSession, found: TargetedPlan) -> PlanOut:
    return (await _all_shown(tx, [found]))[0]


async def _all_shown(tx: AsyncSession, found: Sequence[TargetedPlan]) -> list[PlanOut]:
    """Plans with their levels and histories, in two queries however many they are."""
    ids = [each.id for each in found]
    levels, histories = await store.levels_of(tx, ids), await histories_of(tx, ids)
    return [PlanOut.of(each, levels[each.id], histories[each.id]) for each in found]
