"""Deliveries over HTTP: what each receiver was told, every try, sending again by hand, and passing over what is dead."""

from uuid import UUID

from sqlalchemy import select

from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable
from services.notifications.webhook import delivery_acts, service, store
from services.notifications.webhook.api import PREFIX, enabled
from services.notifications.webhook.channel import copy, hand_out
from services.notifications.webhook.errors import (
    EndpointNotEnabled,
    EndpointNotFound,
    WebhookDeliveryNotFound,
)
from services.notifications.webhook.model import WebhookDelivery
from services.notifications.webhook.schemas import (
    PassOverIn,
    RedeliveredOut,
    SinceIn,
    WebhookAttemptOut,
    WebhookDeliveryOut,
    WebhookDeliveryWholeOut,
)
from services.notifications.webhook.service import CurrentDesk
from services.notifications.webhook.states import DeliveryState

of_endpoint = router(prefix=PREFIX, tags=["webhooks"])
routes = router(prefix="/v1/webhook-deliveries", tags=["webhooks"])


@of_endpoint.get("/{endpoint_id}/deliveries", responses=refusals(EndpointNotFound))
async def deliveries(
    endpoint_id: UUID,
    desk: CurrentDesk,
    standing: DeliveryState | None = None,
    first: First = 20,
    after: After = None,
) -> Page[WebhookDeliveryOut]:
    """What a receiver was told, newest first."""
    row = await store.endpoint(desk.tx, endpoint_id, desk.actor, whose=store.readable)
    query = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == row.id)
    if standing is not None:
        query = query.where(*store.STANDINGS[standing])
    found, cursor = await page(desk.tx, query, WebhookDelivery.id, first, after)
    return Page(items=[WebhookDeliveryOut.model_validate(each) for each in found], next_cursor=cursor)


@of_endpoint.post("/{endpoint_id}/redeliveries", responses=refusals(EndpointNotFound, EndpointNotEnabled))
async def redeliver_since(endpoint_id: UUID, body: SinceIn, desk: CurrentDesk) -> Decided[RedeliveredOut]:
    """Send everything again that happened since an instant, in its order and under its ids; what never went out too."""
    row = await enabled(desk, endpoint_id)
    types = desk.webhooks.telling.fitting(row.event_types)
    count = await store.again_since(desk.tx, row.id, body.since)
    while missed := await store.never_handed_out(desk.tx, row, types, body.since):
        await hand_out(desk.tx, [copy(each, row.id) for each in missed])
        count += len(missed)
    await service.record(desk, row, "REDELIVER_SINCE", {"since": body.since.isoformat(), "count": count})
    return decided(RedeliveredOut(count=count), desk.webhooks.basis)


@routes.get("/{delivery_id}", responses=refusals(WebhookDeliveryNotFound))
async def read(delivery_id: UUID, desk: CurrentDesk) -> WebhookDeliveryWholeOut:
    """A delivery with every try."""
    row, _ = await store.delivery(desk.tx, delivery_id, desk.actor, whose=store.readable)
    tries = [WebhookAttemptOut.model_validate(each) for each in await store.attempts(desk.tx, row.id)]
    told = WebhookDeliveryOut.model_validate(row)
    return WebhookDeliveryWholeOut(**told.model_dump(), tries=tries)


@routes.post("/{delivery_id}/redeliver", responses=refusals(WebhookDeliveryNotFound, EndpointNotEnabled))
async def redeliver(delivery_id: UUID, desk: CurrentDesk) -> Decided[WebhookDeliveryOut]:
    """Send a delivery again, under the id that it has."""
    row, basis = await delivery_acts.redeliver(desk, delivery_id)
    return decided(WebhookDeliveryOut.model_validate(row), basis)


@routes.post("/{delivery_id}/pass-over", responses=refusals(WebhookDeliveryNotFound, ActionNotAvailable))
async def pass_over(delivery_id: UUID, body: PassOverIn, desk: CurrentDesk) -> Decided[WebhookDeliveryOut]:
    """Never send a delivery that was given up, so that what follows of its subject is sent (operators too)."""
    row, basis = await delivery_acts.pass_over(desk, delivery_id, body.reason)
    return decided(WebhookDeliveryOut.model_validate(row), basis)
