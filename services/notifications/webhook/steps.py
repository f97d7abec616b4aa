"""A receiver is paused and goes on; the platform disables it; whoever manages it enables it again, or removes it."""

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Step, Steps, Taker
from services.notifications.system import BY_SYSTEM
from services.notifications.webhook.states import EndpointAction, EndpointCase, EndpointState

ARTICLE = "pushes"
MANAGERS = (Role.ORGANISATION_MANAGER, Role.INTEGRATION)


def _seat(actor: Actor, case: EndpointCase) -> Seat | None:
    return actor.seat(*MANAGERS, within=case.lineage)


MANAGER: Taker[EndpointCase] = Taker("/".join(MANAGERS), "本机构管理员或其系统集成应用", _seat)

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
