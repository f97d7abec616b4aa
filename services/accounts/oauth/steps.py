"""A client is disabled at once, with all it was given, and may be enabled again."""

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import Role
from services.accounts.oauth.states import ClientAction, ClientCase, ClientState
from services.kit.auth import Actor, Seat
from services.kit.steps import Step, Steps, Taker


def _manager(actor: Actor, case: ClientCase) -> Seat | None:
    return authorization.seat_for(Act.MANAGE_CLIENTS, actor, case.lineage)


MANAGER: Taker[ClientCase] = Taker(Role.ORGANISATION_MANAGER, "人社部门机构管理员或运维", _manager)

STEPS: Steps[ClientCase] = {
    (ClientState.ACTIVE, ClientAction.DISABLE): Step(
        ClientState.DISABLED, by=MANAGER, article="third_parties"
    ),
    (ClientState.DISABLED, ClientAction.ENABLE): Step(
        ClientState.ACTIVE, by=MANAGER, article="third_parties"
    ),
}
