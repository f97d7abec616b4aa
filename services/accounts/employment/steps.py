"""The change of employer: the new one asks, the person agrees, the old one releases or objects, the superior decides."""

from services.accounts.authorization import Act
from services.accounts.employment.rules import in_time, overdue, reason_given
from services.accounts.employment.states import Action, ChangeCase, State
from services.accounts.takers import at, oneself, taker, this_service
from services.kit.steps import Branch, Step, Steps, Taker

ARTICLE = "change_of_employer"
ASKER: Taker[ChangeCase] = taker(
    "申请单位的机构管理员", at(Act.CHANGE_EMPLOYER, lambda case: (case.department_id, case.asker_id))
)
"""The manager of the unit that asks, or of its department for which it asks."""
PERSON: Taker[ChangeCase] = taker("本人", oneself(lambda case: case.person_id))
EMPLOYER: Taker[ChangeCase] = taker(
    "原单位的机构管理员", at(Act.CHANGE_EMPLOYER, lambda case: (case.employer_id,))
)
SUPERIOR: Taker[ChangeCase] = taker(
    "共同上级机构的机构管理员", at(Act.CHANGE_EMPLOYER, lambda case: (case.superior_id,))
)
BY_SYSTEM: Taker[ChangeCase] = taker("系统", this_service(lambda case: case.asker_id))


def _agreed(case: ChangeCase) -> State:
    """Someone without employer has nobody to be released by."""
    return State.CONSENTED if case.employer_id is not None else State.CARRIED_OUT


CHANGE_STEPS: Steps[ChangeCase] = {
    (State.ASKED, Action.CONSENT): Step(
        Branch((State.CONSENTED, State.CARRIED_OUT), _agreed), PERSON, ARTICLE, rules=(in_time,)
    ),
    (State.ASKED, Action.DECLINE): Step(State.DECLINED, PERSON, ARTICLE),
    (State.ASKED, Action.WITHDRAW): Step(State.WITHDRAWN, ASKER, ARTICLE),
    (State.ASKED, Action.LAPSE): Step(State.LAPSED, BY_SYSTEM, ARTICLE, rules=(overdue,)),
    (State.CONSENTED, Action.RELEASE): Step(State.CARRIED_OUT, EMPLOYER, ARTICLE),
    (State.CONSENTED, Action.OBJECT): Step(State.OBJECTED, EMPLOYER, ARTICLE, rules=(reason_given, in_time)),
    (State.CONSENTED, Action.CARRY_OUT): Step(State.CARRIED_OUT, BY_SYSTEM, ARTICLE, rules=(overdue,)),
    (State.CONSENTED, Action.DECLINE): Step(State.DECLINED, PERSON, ARTICLE),
    (State.CONSENTED, Action.WITHDRAW): Step(State.WITHDRAWN, ASKER, ARTICLE),
    (State.CONSENTED, Action.LAPSE): Step(State.LAPSED, BY_SYSTEM, ARTICLE, rules=(overdue,)),
    (State.OBJECTED, Action.ALLOW): Step(State.CARRIED_OUT, SUPERIOR, ARTICLE, rules=(reason_given,)),
    (State.OBJECTED, Action.REFUSE): Step(State.REFUSED, SUPERIOR, ARTICLE, rules=(reason_given,)),
    (State.OBJECTED, Action.DECLINE): Step(State.DECLINED, PERSON, ARTICLE),
    (State.OBJECTED, Action.WITHDRAW): Step(State.WITHDRAWN, ASKER, ARTICLE),
}
