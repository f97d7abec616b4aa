"""Every event that may come: those of the other services' contracts, and what happens here by itself."""

from collections.abc import Mapping

from services.accounts import contract as accounts
from services.kit.outbox import Event, events_of
from services.notifications import contract as notifications
from services.notifications.credit.events import DeliveryFailing
from services.quota import contract as quota
from services.workflow import contract as workflow

EVENTS: Mapping[str, type[Event]] = {
    event.type: event
    for contract in (accounts, quota, workflow, notifications)
    for event in events_of(contract)
} | {DeliveryFailing.type: DeliveryFailing}
"""By type."""
