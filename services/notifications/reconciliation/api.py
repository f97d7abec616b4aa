"""Reconciliations over HTTP: the province asks for one, and reads what they found."""

from uuid import UUID

from fastapi import Request
from sqlalchemy import select

from services.accounts.contract import Role
from services.kit import audit
from services.kit.auth import Actor, CurrentActor
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.errors import Basis
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.notifications.reconciliation import store
from services.notifications.reconciliation.errors import (
    PlatformUnknown,
    ProvinceOnly,
    ReconciliationNotFound,
    ReconciliationOpen,
)
from services.notifications.reconciliation.model import Difference, Reconciliation
from services.notifications.reconciliation.schemas import DifferenceOut, ReconciliationIn, ReconciliationOut

routes = router(prefix="/v1/credit-reconciliations", tags=["credit"])
READERS = (Role.TITLE_OFFICER, Role.SUPERVISOR)


@routes.get("", responses=refusals(ProvinceOnly))
async def every_reconciliation(
    actor: CurrentActor, tx: Tx, platform: str | None = None, first: First = 20, after: After = None
) -> Page[ReconciliationOut]:
    """The reconciliations, newest first (provincial HRSS)."""
    _require_province(actor, *READERS)
    query = select(Reconciliation)
    if platform is not None:
        query = query.where(Reconciliation.platform == platform)
    found, cursor = await page(tx, query, Reconciliation.id, first, after)
    return Page(items=[ReconciliationOut.model_validate(each) for each in found], next_cursor=cursor)


@routes.get("/{reconciliation_id}/differences", responses=refusals(ProvinceOnly, ReconciliationNotFound))
async def every_difference(
    reconciliation_id: UUID, actor: CurrentActor, tx: Tx, first: First = 20, after: After = None
) -> Page[DifferenceOut]:
    """What one found (provincial HRSS)."""
    _require_province(actor, *READERS)
    if await tx.get(Reconciliation, reconciliation_id) is None:
        raise ReconciliationNotFound(field="reconciliation_id")
    query = select(Difference).where(Difference.reconciliation_id == reconciliation_id)
    found, cursor = await page(tx, query, Difference.id, first, after)
    return Page(items=[DifferenceOut.model_validate(each) for each in found], next_cursor=cursor)


@routes.post("", status_code=201, responses=refusals(ProvinceOnly, PlatformUnknown, ReconciliationOpen))
async def ask(
    body: ReconciliationIn, actor: CurrentActor, tx: Tx, moment: CurrentMoment, request: Request
) -> Decided[ReconciliationOut]:
    """Compare with a platform now, and not only when it is due (title officers of the provincial HRSS)."""
    _require_province(actor, Role.TITLE_OFFICER)
    basis: Basis = request.app.state.credit_basis
    if body.platform not in request.app.state.reconciler.platforms:
        raise PlatformUnknown(platform=body.platform, field="platform")
    row = await store.ask(tx, body.platform, actor.id, request.app.state.settings.province)
    if row is None:
        raise ReconciliationOpen(field="platform", basis=[basis])
    await audit.record(
        tx,
        actor=actor,
        action="reconciliation.ASK",
        subject=f"reconciliation/{row.id}",
        moment=moment,
        basis=[basis],
        detail={"platform": body.platform},
    )
    return decided(ReconciliationOut.model_validate(row), [basis])


def _require_province(actor: Actor, *roles: Role) -> None:
    """Refuse who holds none of the roles at the root of all organisations."""
    if not any(seat.role in roles and len(seat.lineage) == 1 for seat in actor.seats):
        raise ProvinceOnly
