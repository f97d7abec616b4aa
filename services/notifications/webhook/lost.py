"""Receivers end with what they were registered by or for: a client that is disabled, an organisation that is gone."""

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OAuthClientMoved, OrganisationClosed, OrganisationMerged
from services.kit.clock import Moment
from services.kit.outbox import Event
from services.notifications.webhook.channel import LISTENING
from services.notifications.webhook.model import WebhookEndpoint
from services.notifications.webhook.service import Webhooks, disable
from services.notifications.webhook.states import DisabledFor, EndpointState

EVENTS: frozenset[type[Event]] = frozenset({OAuthClientMoved, OrganisationClosed, OrganisationMerged})
DISABLED = "DISABLED"
OFF = WebhookEndpoint.state == EndpointState.DISABLED
"""Told nothing already: it stays so, and now for good."""


async def after(tx: AsyncSession, webhooks: Webhooks, event: Event, moment: Moment) -> None:
    """Disable the receivers that an event takes their ground from."""
    if (lost := _lost_by(event)) is None:
        return
    which, why = lost
    if why is DisabledFor.ORGANISATION_GONE:
        await tx.execute(update(WebhookEndpoint).where(which, OFF).values(disabled_for=why))
    theirs = select(WebhookEndpoint).where(which, WebhookEndpoint.state.in_(LISTENING))
    for row in await tx.scalars(theirs.order_by(WebhookEndpoint.id).with_for_update()):
        await disable(tx, webhooks, row, why, moment)


def _lost_by(event: Event) -> tuple[ColumnElement[bool], DisabledFor] | None:
    if isinstance(event, OAuthClientMoved) and event.state == DISABLED:
        return WebhookEndpoint.created_by == event.client_id, DisabledFor.CLIENT_DISABLED
    if isinstance(event, OrganisationClosed | OrganisationMerged):
        return WebhookEndpoint.organisation_id == event.organisation_id, DisabledFor.ORGANISATION_GONE
    return None
