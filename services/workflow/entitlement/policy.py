"""`entitlement.yaml`: which authorities determine who is entitled, and which reads every list."""

from typing import ClassVar

from services.accounts.contract import OrganisationKind, OrganisationLevel
from services.kit.auth import Actor, Seat
from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.workflow.entitlement.steps import LIST_STEPS


class Authority(Entry):
    """The organisations of a kind, level and industry."""

    kind: OrganisationKind
    level: OrganisationLevel
    industry: str

    def seat(self, actor: Actor, *roles: str) -> Seat | None:
        """The caller's first seat at one of them, in one of `roles`."""
        wanted = (self.kind, self.level, self.industry)
        return next(
            (
                seat
                for seat in actor.seats
                if seat.role in roles
                and (seat.organisation.kind, seat.organisation.level, seat.organisation.industry) == wanted
            ),
            None,
        )


class EntitlementPolicy(PolicyFile):
    """What the notice says of people who keep their preferences."""

    used: ClassVar[frozenset[str]] = frozenset(articles_used(LIST_STEPS)) | {"epidemic_preferences"}

    keeper: Authority
    guide: Authority
