"""Delegations over HTTP."""

from uuid import UUID

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.delegation import errors, service, store
from services.accounts.delegation.model import Delegation
from services.accounts.delegation.schemas import DelegationIn, DelegationOut, EndIn
from services.accounts.installation import CurrentDesk
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.http import OWN, Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, RulesBroken, StaleVersion

delegations = router(prefix="/v1/delegations", tags=["delegations"])


@delegations.post(
    "",
    status_code=201,
    responses=refusals(
        errors.RoleNotDelegable,
        errors.NotYourRole,
        errors.PeriodWrong,
        errors.DelegateNotFound,
        errors.DelegateIsHolder,
        errors.DelegatedAlready,
    ),
    openapi_extra=OWN,
)
async def agree(body: DelegationIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[DelegationOut]:
    """Hand a role of the caller's own to a colleague of the same organisation, for a period."""
    made, basis = await service.agree(tx, desk, actor, body)
    return decided(made, basis)


@delegations.get("", openapi_extra=OWN)
async def list_delegations(
    actor: CurrentActor, desk: CurrentDesk, tx: Tx, first: First = 50, after: After = None
) -> Page[DelegationOut]:
    """The delegations that concern the caller, or organisations that the caller manages; newest first."""
    managed = authorization.scope(Act.MANAGE_ACCOUNTS, actor) or []
    rows, cursor = await page(tx, store.narrowed(actor.id, managed), Delegation.id, first, after)
    names = await store.names(tx, rows)
    items = [service.shown(row, names, desk.moment.today) for row in rows]
    return Page(items=items, next_cursor=cursor)


@delegations.post(
    "/{delegation_id}/actions/END",
    responses=refusals(errors.DelegationNotFound, ActionNotAvailable, RulesBroken, StaleVersion),
    openapi_extra=OWN,
)
async def end(
    delegation_id: UUID, body: EndIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[DelegationOut]:
    """End a delegation early: its delegator, its delegate, or a manager."""
    ended, basis = await service.end(tx, desk, actor, delegation_id, body.note, body.version)
    return decided(ended, basis)
