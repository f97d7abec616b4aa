"""A receiver is paused and goes on; the platform disables it; whoever manages it enables it again, or removes it.

What it was sent is sent again by hand at any time; what is dead holds up what follows of its subject until it is received, or
passed over by who manages the receiver or operates the platform.
"""

from typing import Any

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Step, Steps, Taker
from services.notifications.system import BY_SYSTEM
from services.notifications.webhook.states import (
    DeliveryAction,
    DeliveryCase,
    DeliveryState,
    EndpointAction,
    EndpointCase,
    EndpointState,
)

ARTICLE = "pushes"
MANAGERS = (Role.ORGANISATION_MANAGER, Role.INTEGRATION)


def _seat(actor: Actor, case: EndpointCase | DeliveryCase) -> Seat | None:
    return actor.seat(*MANAGERS, within=case.lineage)


def _seat_or_operator(actor: Actor, case: DeliveryCase) -> Seat | None:
    return _seat(actor, case) or actor.seat(Role.OPERATOR)


MANAGER: Taker[Any] = Taker("/".join(MANAGERS), "本机构管理员或其系统集成应用", _seat)
MANAGER_OR_OPERATOR: Taker[DeliveryCase] = Taker(
    "/".join((*MANAGERS, Role.OPERATOR)), "本机构管理员、其系统集成应用或运维人员", _seat_or_operator
)

STEPS: Steps[EndpointCase] = {
    (EndpointState.ENABLED, EndpointAction.PAUSE): Step(EndpointState.PAUSED, MANAGER, ARTICLE),
    (EndpointState.PAUSED, EndpointAction.RESUME): Step(EndpointState.ENABLED, MANAGER, ARTICLE),
    (EndpointState.ENABLED, EndpointAction.DISABLE): Step(EndpointState.DISABLED, BY_SYSTEM, ARTICLE),
    (EndpointState.PAUSED, EndpointAction.DISABLE): Step(EndpointState.DISABLED, BY_SYSTEM, ARTICLE),
    (EndpointState.DISABLED, EndpointAction.ENABLE): Step(EndpointState.ENABLED, MANAGER, ARTICLE),
    (EndpointState.ENABLED, EndpointAction.REMOVE): Step(EndpointState.REMOVED, MANAGER, ARTICLE),
    (EndpointState.PAUSED, EndpointAction.REMOVE): Step(EndpointState.REMOVED, MANAGER, ARTICLE),
    (EndpointState.DISABLED, EndpointAction.REMOVE): Step(EndpointState.REMOVED, MANAGER, ARTICLE),
}

DELIVERY_STEPS: Steps[DeliveryCase] = {
    (DeliveryState.WAITING, DeliveryAction.DELIVER): Step(DeliveryState.DELIVERED, BY_SYSTEM, ARTICLE),
    (DeliveryState.WAITING, DeliveryAction.GIVE_UP): Step(DeliveryState.DEAD, BY_SYSTEM, ARTICLE),
    (DeliveryState.DEAD, DeliveryAction.PASS_OVER): Step(
        DeliveryState.PASSED_OVER, MANAGER_OR_OPERATOR, ARTICLE
    ),
    **{
        (state, DeliveryAction.REDELIVER): Step(DeliveryState.WAITING, MANAGER, ARTICLE)
        for state in DeliveryState
    },
}
"""What is in flight when it is to be sent again is let be: it is being sent."""
