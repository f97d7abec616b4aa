"""Decisions on numbers over HTTP (二（一）第2段)."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor, CurrentActor, RoleMissing
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.errors import Unavailable
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.quota.annual_form.store import histories_of
from services.quota.decision import service, store
from services.quota.decision.errors import AnotherInForce, DecisionNotFound, NoFormToDecideOn
from services.quota.decision.model import PostDecision
from services.quota.decision.schemas import DecisionIn, DecisionOut, EndIn
from services.quota.decision.steps import STEPS
from services.quota.ledger.errors import UnitNotFound
from services.quota.neighbours import AccountsService
from services.quota.policy import CurrentPolicies, YearUnknown

routes = router(prefix="/v1/post-decisions", tags=["post decisions 申报数量决定"])


@routes.post(
    "",
    status_code=201,
    responses=refusals(
        *(YearUnknown, UnitNotFound, NoFormToDecideOn, RoleMissing),
        *(AnotherInForce, RulesBroken, Unavailable),
    ),
)
async def set_numbers(
    body: DecisionIn,
    request: Request,
    actor: CurrentActor,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    accounts: AccountsService,
    tx: Tx,
) -> Decided[DecisionOut]:
    """Set a unit's numbers while its plan of posts is not adjusted to a staffing cut; the decision in force is replaced."""
    policy = policies.of(body.year)
    province = request.app.state.settings.province
    await service.require_unit_visible(tx, accounts, body.unit_id, actor)
    made, basis = await service.set_numbers(tx, body.wanted(), policy, actor, moment, province=province)
    return decided(await _shown(tx, made, actor), basis)


@routes.post(
    "/{decision_id}/actions/END",
    responses=refusals(DecisionNotFound, ActionNotAvailable, NotYourStep, StaleVersion, RulesBroken),
)
async def end(
    decision_id: UUID,
    body: EndIn,
    actor: CurrentActor,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Decided[DecisionOut]:
    """End a decision; the approved form decides alone again."""
    found = await store.get(tx, decision_id, actor)
    policy = policies.of(found.year)
    basis = await service.end(tx, found, policy, actor, moment, version=body.version, reason=body.reason)
    return decided(await _shown(tx, found, actor), basis)


@routes.get("/{decision_id}", responses=refusals(DecisionNotFound))
async def read_decision(decision_id: UUID, actor: CurrentActor, tx: Tx) -> DecisionOut:
    """A decision, with its reason, history, and what the caller may do with it."""
    return await _shown(tx, await store.get(tx, decision_id, actor), actor)


@routes.get("", responses=refusals())
async def list_decisions(
    actor: CurrentActor,
    tx: Tx,
    unit_id: UUID | None = None,
    year: Annotated[int | None, Query(ge=1, le=9999)] = None,
    first: First = 20,
    after: After = None,
) -> Page[DecisionOut]:
    """Decisions for the caller's own organisations and for those below them, newest first."""
    where = [
        *([PostDecision.unit_id == unit_id] if unit_id else []),
        *([PostDecision.year == year] if year is not None else []),
    ]
    found, cursor, total = await store.page(tx, actor, where=where, first=first, after=after)
    return Page(items=await _all_shown(tx, found, actor), next_cursor=cursor, total=total)


async def _shown(tx: AsyncSession, found: PostDecision, actor: Actor) -> DecisionOut:
    return (await _all_shown(tx, [found], actor))[0]


async def _all_shown(tx: AsyncSession, found: Sequence[PostDecision], actor: Actor) -> list[DecisionOut]:
    """Decisions as the caller sees them, in two queries however many they are."""
    ids = [each.id for each in found]
    numbers, histories = await store.numbers_of(tx, ids), await histories_of(tx, ids)
    return [
        DecisionOut.of(
            each,
            numbers[each.id],
            histories[each.id],
            available_actions(STEPS, service.case_of(each), actor),
        )
        for each in found
    ]
