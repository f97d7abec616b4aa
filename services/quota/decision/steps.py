"""Which step of a decision may follow which, who takes it, and on which article.

It is in force from the day it is entered. The next one replaces it; ended, it gives way to the approved form.
"""

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Step, Steps, Taker
from services.quota.decision.rules import DecisionCase, form_covers_live
from services.quota.decision.states import Action, DecisionState
from services.quota.system import BY_SYSTEM

DECIDERS = (Role.REVIEWER, Role.TITLE_OFFICER)
"""Who acts for an HRSS department."""


def _hrss_seat(actor: Actor, case: DecisionCase) -> Seat | None:
    return actor.seat(*DECIDERS, within=(case.hrss_id,))


HRSS: Taker[DecisionCase] = Taker(Role.REVIEWER, "同级人社部门的审核人或职称管理", _hrss_seat)

STEPS: Steps[DecisionCase] = {
    (DecisionState.IN_FORCE, Action.REPLACE): Step(DecisionState.REPLACED, BY_SYSTEM, "numbers_decided"),
    (DecisionState.IN_FORCE, Action.END): Step(
        DecisionState.ENDED, HRSS, "numbers_decided", (form_covers_live,)
    ),
}
