"""Who hears of what: the one place where events meet their subscribers.

Everything here comes from the contracts: a type that no contract names is not routed at all, and waits for a relay that
knows it (during a rolling release the old relay leaves the new release's events alone).
"""

from collections.abc import Mapping

from services.accounts import contract as accounts
from services.kit.outbox import Event, events_of
from services.notifications import contract as notifications
from services.quota import contract as quota
from services.workflow import contract as workflow

EVENTS: tuple[type[Event], ...] = (
    *events_of(accounts),
    *events_of(quota),
    *events_of(workflow),
    *events_of(notifications),
)
"""Every event of the platform."""

ROUTES: Mapping[str, tuple[type[Event], ...]] = {
    "notifications": EVENTS,
    "quota": (
        workflow.RecommendationReserved,
        workflow.RecommendationConfirmed,
        workflow.RecommendationEnded,
        accounts.OrganisationMoved,
        accounts.OrganisationMerged,
        accounts.OrganisationRenamed,
        accounts.OrganisationClosed,
        accounts.OrganisationReopened,
    ),
    "workflow": (
        accounts.PersonMoved,
        accounts.PersonKindChanged,
        accounts.EmploymentEnded,
        accounts.OrganisationMoved,
        accounts.OrganisationMerged,
        accounts.OrganisationRenamed,
        accounts.OrganisationClosed,
        notifications.CreditCheckAsked,
        notifications.CreditCheckAnswered,
    ),
}
"""Subscriber -> the events it takes at `POST /events`."""


def pairs() -> list[tuple[str, str]]:
    """Every (event type, subscriber)."""
    return [(event.type, subscriber) for subscriber, events in ROUTES.items() for event in events]
