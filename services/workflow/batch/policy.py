"""`batch.yaml`: which routes are declared in batches, and which bodies organise them."""

from typing import ClassVar

from pydantic import Field

from services.accounts.contract import OrganisationKind, OrganisationLevel
from services.kit.auth import Seat
from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.workflow.batch.steps import BATCH_STEPS


class Organiser(Entry):
    """The organisations of a kind and level, and what they are called together."""

    name: str
    kind: OrganisationKind
    level: OrganisationLevel


class BatchedRoute(Entry):
    """A route that is declared in batches, and who opens them."""

    route: str
    organisers: list[Organiser] = Field(min_length=1)

    def organised_by(self, seat: Seat) -> bool:
        """Whether a seat is at one of those that organise it."""
        place = seat.organisation
        return (place.kind, place.level) in {(each.kind, each.level) for each in self.organisers}


class BatchPolicy(PolicyFile):
    """What the notice says of batches."""

    used: ClassVar[frozenset[str]] = frozenset(articles_used(BATCH_STEPS))

    batches: list[BatchedRoute]

    def of(self, route: str) -> BatchedRoute | None:
        """How the route's batches are organised; None: it is declared in the cycle's own windows."""
        return next((each for each in self.batches if each.route == route), None)
