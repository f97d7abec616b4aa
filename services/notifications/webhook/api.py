"""Receivers over HTTP: registered, changed, moved, given a new secret, and tested; and what they can be told."""

from uuid import UUID

from services.kit.auth import RoleMissing
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.ids import new_id
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, StaleVersion, available_actions
from services.notifications.system import SOURCE
from services.notifications.template.events import EVENTS
from services.notifications.webhook import service, store
from services.notifications.webhook.channel import copy, hand_out, keep
from services.notifications.webhook.delivery_acts import refuse_not_enabled
from services.notifications.webhook.errors import (
    EndpointNotEnabled,
    EndpointNotFound,
    EndpointUrlUnfit,
    EventTypesUnknown,
    TooManyEndpoints,
)
from services.notifications.webhook.model import WebhookDelivery, WebhookEndpoint
from services.notifications.webhook.policy import PING
from services.notifications.webhook.schemas import (
    EndpointChangeIn,
    EndpointIn,
    EndpointOut,
    EndpointSecretOut,
    EventTypeOut,
    VersionIn,
    WebhookDeliveryOut,
)
from services.notifications.webhook.service import CurrentDesk, Desk
from services.notifications.webhook.states import EndpointAction
from services.notifications.webhook.steps import STEPS

PREFIX = "/v1/webhook-endpoints"
routes = router(prefix=PREFIX, tags=["webhooks"])
secrets = router(prefix=PREFIX, tags=["webhooks"], idempotent=False)
"""A remembered answer would hold a secret."""
types = router(prefix="/v1/webhook-event-types", tags=["webhooks"])


@secrets.post(
    "",
    status_code=201,
    responses=refusals(RoleMissing, EndpointUrlUnfit, EventTypesUnknown, TooManyEndpoints),
)
async def register(body: EndpointIn, desk: CurrentDesk) -> Decided[EndpointSecretOut]:
    """Register where an organisation is told what happens in its subtree; the secret is shown this once."""
    row, secret = await service.register(desk, body)
    return _with_secret(desk, row, secret)


@secrets.post("/{endpoint_id}/secret", responses=refusals(EndpointNotFound))
async def rotate_secret(endpoint_id: UUID, desk: CurrentDesk) -> Decided[EndpointSecretOut]:
    """Give a receiver a new secret, shown this once; the former one signs beside it for a while."""
    row, secret = await service.rotate(desk, endpoint_id)
    return _with_secret(desk, row, secret)


@routes.get("")
async def every_endpoint(
    desk: CurrentDesk, organisation_id: UUID | None = None, first: First = 50, after: After = None
) -> Page[EndpointOut]:
    """The receivers of the organisations that the caller manages, newest first; of all for operators."""
    query = store.readable(desk.actor)
    if organisation_id is not None:
        query = query.where(WebhookEndpoint.organisation_id == organisation_id)
    found, cursor = await page(desk.tx, query, WebhookEndpoint.id, first, after)
    return Page(items=[shown(desk, each) for each in found], next_cursor=cursor)


@routes.get("/{endpoint_id}", responses=refusals(EndpointNotFound))
async def read(endpoint_id: UUID, desk: CurrentDesk) -> EndpointOut:
    """A receiver of an organisation that the caller manages; any for operators."""
    return shown(desk, await store.endpoint(desk.tx, endpoint_id, desk.actor, whose=store.readable))


@routes.patch(
    "/{endpoint_id}",
    responses=refusals(EndpointNotFound, StaleVersion, EndpointUrlUnfit, EventTypesUnknown),
)
async def change(endpoint_id: UUID, body: EndpointChangeIn, desk: CurrentDesk) -> Decided[EndpointOut]:
    """Change where a receiver is, or of what it hears from now on."""
    row = await service.change(desk, endpoint_id, body)
    return decided(shown(desk, row), desk.webhooks.basis)


@routes.post(
    "/{endpoint_id}/actions/{action}",
    responses=refusals(EndpointNotFound, ActionNotAvailable, NotYourStep, StaleVersion),
)
async def act(
    endpoint_id: UUID, action: EndpointAction, desk: CurrentDesk, body: VersionIn | None = None
) -> Decided[EndpointOut]:
    """Pause a receiver, let it go on, enable one that was disabled, or remove it."""
    row, basis = await service.move(desk, endpoint_id, action, body.version if body else None)
    return decided(shown(desk, row), basis)


@routes.post("/{endpoint_id}/ping", responses=refusals(EndpointNotFound, EndpointNotEnabled))
async def ping(endpoint_id: UUID, desk: CurrentDesk) -> Decided[WebhookDeliveryOut]:
    """Send a test message, whatever the receiver listens for."""
    row = await enabled(desk, endpoint_id)
    message_id, subject = new_id(), f"webhook_endpoint/{row.id}"
    kept = await keep(
        desk.tx,
        id=message_id,
        province=row.province,
        type=PING,
        subject=subject,
        message={
            "specversion": "1.0",
            "id": str(message_id),
            "source": SOURCE,
            "type": PING,
            "subject": subject,
            "time": desk.moment.instant.isoformat(),
            "datacontenttype": "application/json",
            "data": {"endpoint_id": str(row.id), "organisation_id": str(row.organisation_id)},
        },
        concerned=[row.organisation_id],
        public=False,
        own=True,
    )
    delivery = copy(kept, row.id)
    await hand_out(desk.tx, [delivery])
    await service.record(desk, row, "PING", {})
    made = await desk.tx.get_one(WebhookDelivery, delivery["id"])
    return decided(WebhookDeliveryOut.model_validate(made), desk.webhooks.basis)


@types.get("")
async def event_types(desk: CurrentDesk) -> list[EventTypeOut]:
    """What receivers may be told of, and which fields of it; `public`: all hear of it, whatever organisation they are of."""
    telling = desk.webhooks.telling
    return [
        EventTypeOut(type=each.event, public=each.public, fields=telling.fields_of(EVENTS[each.event]))
        for each in telling.events.values()
    ]


async def enabled(desk: Desk, endpoint_id: UUID) -> WebhookEndpoint:
    """A receiver that something may be sent to by hand, held: whoever writes many of its deliveries holds it first.

    Raises:
        EndpointNotFound: there is none in the caller's organisations.
        EndpointNotEnabled: it is paused or disabled.
    """
    row = await store.endpoint(desk.tx, endpoint_id, desk.actor, lock=True)
    refuse_not_enabled(desk, row)
    return row


def shown(desk: Desk, row: WebhookEndpoint) -> EndpointOut:
    """A receiver as its organisation sees it."""
    told = EndpointOut.model_validate(row)
    possible = available_actions(STEPS, row.as_case(), desk.actor)
    return told.model_copy(update={"available_actions": [EndpointAction(each) for each in possible]})


def _with_secret(desk: Desk, row: WebhookEndpoint, secret: str) -> Decided[EndpointSecretOut]:
    return decided(EndpointSecretOut(endpoint=shown(desk, row), secret=secret), desk.webhooks.basis)
