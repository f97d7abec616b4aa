"""Every event that may come: those of the other services' contracts."""

from collections.abc import Mapping

from services.accounts import contract as accounts
from services.kit.outbox import Event, events_of
from services.quota import contract as quota
from services.workflow import contract as workflow

EVENTS: Mapping[str, type[Event]] = {
    event.type: event for contract in (accounts, quota, workflow) for event in events_of(contract)
}
"""By type."""
