"""The change of employer: the new one asks, the person agrees, the old one releases or objects, the superior decides."""

from uuid import UUID

from services.accounts.contract import Role
from services.accounts.employment.rules import in_time, overdue, reason_given
from services.accounts.employment.states import Action, ChangeCase, State
from services.kit.auth import Actor, Seat
from services.kit.steps import Branch, Step, Steps, Taker, holder_at

ARTICLE = "change_of_employer"
SERVICE = "SERVICE"
SYSTEM = Actor(id=UUID(int=0), kind="service", name="accounts")


def _asking(actor: Actor, case: ChangeCase) -> Seat | None:
    """The manager of the unit that asks, or of its department for which it asks."""
    places = [each for each in (case.department_id, case.asker_id) if each is not None]
    return actor.seat(Role.ORGANISATION_MANAGER, within=places)


def _own(actor: Actor, case: ChangeCase) -> Seat | None:
    """The person's own seat as applicant."""
    return actor.seat(Role.APPLICANT) if actor.person_id == case.person_id else None


def _system(actor: Actor, case: ChangeCase) -> Seat | None:
    if actor.kind != "service" or actor.id != SYSTEM.id:
        return None
    return Seat(role=SERVICE, organisation_id=case.asker_id, lineage=())


ASKER: Taker[ChangeCase] = Taker(Role.ORGANISATION_MANAGER, "申请单位的机构管理员", _asking)
PERSON: Taker[ChangeCase] = Taker(Role.APPLICANT, "本人", _own)
EMPLOYER: Taker[ChangeCase] = holder_at(
    Role.ORGANISATION_MANAGER, "原单位的机构管理员", lambda case: case.employer_id
)
SUPERIOR: Taker[ChangeCase] = holder_at(
    Role.ORGANISATION_MANAGER, "共同上级机构的机构管理员", lambda case: case.superior_id
)
BY_SYSTEM: Taker[ChangeCase] = Taker(SERVICE, "系统", _system)


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
