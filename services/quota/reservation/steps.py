"""Which step of a reservation may follow which; all are taken by the platform itself, none by a person.

Exempt recommendations take no post and never move. A place is reclaimed when it was given back because its
recommendation seemed never to have come to be, and then it did.
"""

from dataclasses import dataclass
from uuid import UUID

from services.kit.steps import Step, Steps
from services.quota.contract import ReservationState
from services.quota.reservation.states import Action
from services.quota.system import BY_SYSTEM


@dataclass(frozen=True, slots=True)
class ReservationCase:
    """The facts of a reservation that its steps are judged by."""

    id: UUID
    state: ReservationState
    version: int
    lineage: tuple[UUID, ...]


STEPS: Steps[ReservationCase] = {
    (ReservationState.HELD, Action.CONFIRM): Step(ReservationState.CONFIRMED, BY_SYSTEM, "within_numbers"),
    (ReservationState.HELD, Action.RELEASE): Step(ReservationState.RELEASED, BY_SYSTEM, "within_numbers"),
    (ReservationState.CONFIRMED, Action.RELEASE): Step(
        ReservationState.RELEASED, BY_SYSTEM, "within_numbers"
    ),
    (ReservationState.RELEASED, Action.RECLAIM): Step(ReservationState.HELD, BY_SYSTEM, "within_numbers"),
}
