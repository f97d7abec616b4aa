"""The steps of a delegation: ended before its last day by either side or a manager, or by itself when its ground is gone."""

from services.accounts.authorization import Act
from services.accounts.delegation.rules import not_over
from services.accounts.delegation.states import Action, Handover, State
from services.accounts.takers import may, party, taker, this_service
from services.kit.steps import Step, Steps, Taker

EITHER_OR_MANAGER: Taker[Handover] = taker(
    "委托人、受托人或机构管理员",
    party(lambda case: (case.delegator_id, case.delegate_id), lambda case: case.organisation_id),
    may(Act.MANAGE_ACCOUNTS, lambda case: case.lineage),
)
BY_SYSTEM: Taker[Handover] = taker("系统", this_service(lambda case: case.organisation_id))

STEPS: Steps[Handover] = {
    (State.AGREED, Action.END): Step(
        State.ENDED,
        by=EITHER_OR_MANAGER,
        article="delegation",
        rules=(not_over,),
    ),
    (State.AGREED, Action.LAPSE): Step(State.ENDED, by=BY_SYSTEM, article="delegation", rules=(not_over,)),
}
