"""Every event that may come: those of the other services' contracts, and what happens here by itself."""

from collections.abc import Mapping

from services.accounts import contract as accounts
from services.kit.outbox import Event, events_of
from services.notifications import contract as notifications
from services.notifications.contact.events import ContactCodeSent, ContactSwitchedOff
from services.notifications.credit.events import DeliveryFailing
from services.notifications.credit_check.events import CreditCheckUnanswered
from services.notifications.reconciliation.events import ReconciliationDiffered
from services.quota import contract as quota
from services.workflow import contract as workflow

OWN: dict[str, type[Event]] = {
    event.type: event
    for event in (
        DeliveryFailing,
        ReconciliationDiffered,
        CreditCheckUnanswered,
        ContactCodeSent,
        ContactSwitchedOff,
    )
}
"""What happens here by itself, by type; nobody brings it."""
EVENTS: Mapping[str, type[Event]] = {
    event.type: event
    for contract in (accounts, quota, workflow, notifications)
    for event in events_of(contract)
} | OWN
"""By type."""
