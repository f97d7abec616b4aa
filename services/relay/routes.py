"""Who hears of what: the one place where events meet their subscribers.

Everything here comes from the contracts: a type that no contract names is not routed at all, and waits for a relay that
knows it (during a rolling release the old relay leaves the new release's events alone).
"""

from collections.abc import Collection, Mapping

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
    "gateway": (  # what changes the answers that it keeps
        workflow.CycleOpened,
        workflow.CycleClosed,
        workflow.WindowExtended,
        workflow.ExtensionWithdrawn,
        workflow.PassMarkRecorded,
        workflow.BatchMoved,
        workflow.SpecialtyFiled,
        workflow.SpecialtyChanged,
        workflow.ArrangementPublished,
        workflow.CriteriaMoved,
        workflow.CommitteeApproved,
        workflow.CommitteeWithdrawn,
        workflow.PlanPublished,
        workflow.RecommendationPublicised,
        workflow.RecommendationConfirmed,
        workflow.RecommendationEnded,
        workflow.ResultPublicised,
        workflow.ObjectionMoved,
        workflow.CertificateIssued,
        workflow.DeclarationMoved,
        accounts.OrganisationRenamed,
        accounts.OrganisationMoved,
        accounts.OrganisationMerged,
        accounts.OrganisationClosed,
        accounts.OrganisationReopened,
    ),
}
"""Subscriber -> the events it takes at `POST /events`."""


def pairs(subscribers: Collection[str] = ROUTES) -> list[tuple[str, str]]:
    """Every (event type, subscriber) of these."""
    return [(event.type, subscriber) for subscriber in subscribers for event in ROUTES[subscriber]]
