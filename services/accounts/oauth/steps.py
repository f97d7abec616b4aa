"""A client is disabled at once, with all it was given, and may be enabled again."""

from services.accounts.authorization import Act
from services.accounts.oauth.states import ClientAction, ClientCase, ClientState
from services.accounts.takers import may, taker
from services.kit.steps import Step, Steps, Taker

MANAGER: Taker[ClientCase] = taker(
    "人社部门机构管理员或运维", may(Act.MANAGE_CLIENTS, lambda case: case.lineage)
)

STEPS: Steps[ClientCase] = {
    (ClientState.ACTIVE, ClientAction.DISABLE): Step(
        ClientState.DISABLED, by=MANAGER, article="third_parties"
    ),
    (ClientState.DISABLED, ClientAction.ENABLE): Step(
        ClientState.ACTIVE, by=MANAGER, article="third_parties"
    ),
}
