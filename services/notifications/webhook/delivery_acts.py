"""Acts on deliveries: sent again, or passed over, so that what follows of the same subject is sent."""

from typing import Any
from uuid import UUID

from services.kit.errors import Basis
from services.kit.outbox import publish
from services.kit.steps import Move, decide
from services.kit.transition import begin
from services.notifications.contract import WebhookDeliveryPassedOver
from services.notifications.webhook import store
from services.notifications.webhook.errors import EndpointNotEnabled
from services.notifications.webhook.model import WebhookDelivery, WebhookEndpoint
from services.notifications.webhook.service import Desk
from services.notifications.webhook.states import DeliveryAction, EndpointState
from services.notifications.webhook.steps import DELIVERY_STEPS

TABLE: Any = WebhookDelivery.__table__


async def redeliver(desk: Desk, delivery_id: UUID) -> tuple[WebhookDelivery, tuple[Basis, ...]]:
    """Send a delivery again, under the id that it has; it and the articles it rests on.

    Raises:
        WebhookDeliveryNotFound, EndpointNotEnabled: nothing was changed.
    """
    row, endpoint = await store.delivery(desk.tx, delivery_id, desk.actor, lock=True)
    refuse_not_enabled(desk, endpoint)
    decided = _decided(desk, row, endpoint, DeliveryAction.REDELIVER)
    await store.again(desk.tx, row)
    await _written(desk, endpoint, decided)
    return row, decided.basis


async def pass_over(desk: Desk, delivery_id: UUID, reason: str) -> tuple[WebhookDelivery, tuple[Basis, ...]]:
    """Never send a delivery that was given up, whose organisation is told; it and the articles it rests on.

    Raises:
        WebhookDeliveryNotFound, ActionNotAvailable: nothing was changed.
    """
    row, endpoint = await store.delivery(desk.tx, delivery_id, desk.actor, lock=True, whose=store.readable)
    decided = _decided(desk, row, endpoint, DeliveryAction.PASS_OVER)
    await store.pass_over(desk.tx, row, reason)
    await _written(desk, endpoint, decided, note=reason)
    event = WebhookDeliveryPassedOver(
        delivery_id=row.id,
        endpoint_id=endpoint.id,
        organisation_id=endpoint.organisation_id,
        url=endpoint.url,
        message_id=row.message_id,
        event_type=row.type,
        about=row.subject,
        reason=reason,
    )
    await publish(desk.tx, event, desk.moment)
    return row, decided.basis


def refuse_not_enabled(desk: Desk, endpoint: WebhookEndpoint) -> None:
    """Refuse to send by hand to a receiver that is told nothing now.

    Raises:
        EndpointNotEnabled: it is paused or disabled.
    """
    state = EndpointState(endpoint.state)
    if state is not EndpointState.ENABLED:
        raise EndpointNotEnabled(state=state, state_zh=state.zh, basis=desk.webhooks.basis)


def _decided(desk: Desk, row: WebhookDelivery, endpoint: WebhookEndpoint, action: DeliveryAction) -> Move:
    return decide(DELIVERY_STEPS, row.as_case(endpoint), action, desk.actor, desk.webhooks.articles)


async def _written(desk: Desk, endpoint: WebhookEndpoint, decided: Move, note: str | None = None) -> None:
    """A line of its history, and of the audit: of the receiver's organisation, whoever acted."""
    await begin(
        desk.tx,
        TABLE,
        subject_id=decided.subject_id,
        state=decided.after,
        action=decided.action,
        actor=desk.actor,
        moment=desk.moment,
        organisation_id=endpoint.organisation_id,
        role=decided.seat.role,
        basis=decided.basis,
        note=note,
    )
