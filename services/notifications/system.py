"""The platform itself as the one who acts: what follows by itself from a failure or an event."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor, Seat
from services.kit.outbox import CloudEvent, Event
from services.kit.steps import Case, Taker

SERVICE = "SERVICE"
SOURCE = "urn:titles:notifications"
Tell = Callable[[AsyncSession, Event, CloudEvent], Awaitable[None]]
"""Makes notices of an event, as if a relay had brought it."""
SYSTEM = Actor(id=UUID(int=0), kind="service", name="notifications")


def _seat(actor: Actor, case: Case) -> Seat | None:
    """A seat at the place concerned: the last organisation of the case's lineage."""
    if actor.kind != "service":
        return None
    return Seat(role=SERVICE, organisation_id=list(case.lineage)[-1], lineage=())


BY_SYSTEM: Taker[Any] = Taker(SERVICE, "系统", _seat)
"""Only the platform's own services; no person is offered such a step."""


def envelope(event: Event, event_id: UUID, at: datetime) -> CloudEvent:
    """An event of this service to its own readers; what is told under an id is told once."""
    return CloudEvent(
        id=event_id, source=SOURCE, type=event.type, subject=event.subject, time=at.isoformat(), data={}
    )
