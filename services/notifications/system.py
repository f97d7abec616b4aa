"""The platform itself as the one who acts: what follows by itself from a failure or an event."""

from typing import Any
from uuid import UUID

from services.kit.auth import Actor, Seat
from services.kit.steps import Case, Taker

SERVICE = "SERVICE"
SYSTEM = Actor(id=UUID(int=0), kind="service", name="notifications")


def _seat(actor: Actor, case: Case) -> Seat | None:
    """A seat at the place concerned: the last organisation of the case's lineage."""
    if actor.kind != "service":
        return None
    return Seat(role=SERVICE, organisation_id=list(case.lineage)[-1], lineage=())


BY_SYSTEM: Taker[Any] = Taker(SERVICE, "系统", _seat)
"""Only the platform's own services; no person is offered such a step."""
