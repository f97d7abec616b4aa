"""Which step of a copy may follow which: the platform sends, an operator sends again by hand."""

from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Step, Steps, Taker
from services.notifications.delivery.states import CopyAction, CopyState

ARTICLE = "copies"
SERVICE = "SERVICE"
SYSTEM = Actor(id=UUID(int=0), kind="service", name="notifications")


@dataclass(frozen=True, slots=True)
class CopyCase:
    """The facts of a copy that its steps are judged by; it belongs to no organisation."""

    id: UUID
    state: CopyState
    version: int
    lineage: tuple[UUID, ...] = ()


def _by_system(actor: Actor, _: CopyCase) -> Seat | None:
    return Seat(role=SERVICE, organisation_id=SYSTEM.id, lineage=()) if actor is SYSTEM else None


BY_SYSTEM: Taker[CopyCase] = Taker(SERVICE, "系统", _by_system)
BY_OPERATOR: Taker[CopyCase] = Taker(Role.OPERATOR, "运维人员", lambda actor, _: actor.seat(Role.OPERATOR))

STEPS: Steps[CopyCase] = {
    (CopyState.WAITING, CopyAction.SEND): Step(CopyState.SENT, BY_SYSTEM, ARTICLE),
    (CopyState.WAITING, CopyAction.HAND_ON): Step(CopyState.HANDED_ON, BY_SYSTEM, ARTICLE),
    (CopyState.WAITING, CopyAction.GIVE_UP): Step(CopyState.DEAD, BY_SYSTEM, ARTICLE),
    (CopyState.WAITING, CopyAction.WITHDRAW): Step(CopyState.WITHDRAWN, BY_SYSTEM, ARTICLE),
    (CopyState.WITHDRAWN, CopyAction.SEND): Step(CopyState.SENT, BY_SYSTEM, ARTICLE),
    (CopyState.DEAD, CopyAction.REDRIVE): Step(CopyState.WAITING, BY_OPERATOR, ARTICLE),
}
"""What was with the provider when it was withdrawn, and is taken, is sent."""
