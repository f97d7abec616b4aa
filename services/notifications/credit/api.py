"""Deliveries over HTTP: what each platform was told, how often it was tried, and what it answered."""

from uuid import UUID

from fastapi import Request
from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit import audit
from services.kit.auth import Actor, CurrentActor
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.errors import Basis
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.notifications.credit.errors import DeliveryNotDead, DeliveryNotFound
from services.notifications.credit.model import CreditDelivery
from services.notifications.credit.schemas import DeliveryOut
from services.notifications.credit.states import DeliveryState

routes = router(prefix="/v1/credit-deliveries", tags=["credit"])
READERS = (Role.TITLE_OFFICER, Role.SUPERVISOR)
STANDINGS = {
    DeliveryState.WAITING: (CreditDelivery.delivered_at.is_(None), CreditDelivery.dead_at.is_(None)),
    DeliveryState.DELIVERED: (CreditDelivery.delivered_at.is_not(None),),
    DeliveryState.DEAD: (CreditDelivery.delivered_at.is_(None), CreditDelivery.dead_at.is_not(None)),
}
"""What `CreditDelivery.standing` tells, as conditions."""


def visible(actor: Actor, *roles: Role) -> Select[CreditDelivery]:
    """Deliveries about people of units below the caller's."""
    return select(CreditDelivery).where(CreditDelivery.lineage.overlap(actor.organisation_ids(*roles)))


@routes.get("")
async def every_delivery(
    actor: CurrentActor,
    tx: Tx,
    platform: str | None = None,
    standing: DeliveryState | None = None,
    first: First = 20,
    after: After = None,
) -> Page[DeliveryOut]:
    """The deliveries of the caller's subtree, newest first."""
    query = visible(actor, *READERS)
    if platform is not None:
        query = query.where(CreditDelivery.platform == platform)
    if standing is not None:
        query = query.where(*STANDINGS[standing])
    found, cursor = await page(tx, query, CreditDelivery.id, first, after)
    return Page(items=[DeliveryOut.model_validate(each) for each in found], next_cursor=cursor)


@routes.post("/{delivery_id}/redeliver", responses=refusals(DeliveryNotFound, DeliveryNotDead))
async def redeliver(
    delivery_id: UUID, actor: CurrentActor, tx: Tx, moment: CurrentMoment, request: Request
) -> Decided[DeliveryOut]:
    """Send again what was given up, under the id that it has (title officers)."""
    basis: Basis = request.app.state.credit_basis
    row = await _locked(tx, delivery_id, actor)
    if row.standing is not DeliveryState.DEAD:
        raise DeliveryNotDead(state=row.standing, state_zh=row.standing.zh, basis=[basis])
    again = {"attempts": 0, "due_at": func.now(), "dead_at": None}
    await tx.execute(update(CreditDelivery).where(CreditDelivery.id == row.id).values(**again))
    await audit.record(
        tx,
        actor=actor,
        action="credit_delivery.REDELIVER",
        subject=f"credit_delivery/{row.id}",
        moment=moment,
        basis=[basis],
    )
    await tx.refresh(row)
    return decided(DeliveryOut.model_validate(row), [basis])


async def _locked(tx: AsyncSession, delivery_id: UUID, actor: Actor) -> CreditDelivery:
    """The delivery, held until the transaction ends.

    Raises:
        DeliveryNotFound: there is none by that id in the caller's reach.
    """
    wanted = visible(actor, Role.TITLE_OFFICER).where(CreditDelivery.id == delivery_id)
    found: CreditDelivery | None = await tx.scalar(wanted.with_for_update())
    if found is None:
        raise DeliveryNotFound(field="delivery_id")
    return found
