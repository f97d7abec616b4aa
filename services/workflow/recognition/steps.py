"""Who takes which step of a recognition: one step a party, nothing on paper (一（六）)."""

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Branch, Step, Steps, Taker, holder_at
from services.workflow.recognition import rules
from services.workflow.recognition.rules import RecognitionFacts
from services.workflow.recognition.states import RecognitionAction as Action
from services.workflow.recognition.states import RecognitionState as State
from services.workflow.recognition.states import Wish
from services.workflow.system import BY_SYSTEM


def _asking(actor: Actor, case: RecognitionFacts) -> Seat | None:
    """The person; where the unit asked, whoever recommends for it as well."""
    own = actor.seat(Role.APPLICANT) if actor.person_id == case.person_id else None
    unit = actor.seat(Role.RECOMMENDER, within=(case.unit_id,)) if case.by_unit else None
    return own or unit


ASKER: Taker[RecognitionFacts] = Taker(Role.APPLICANT, "本人，或提出申请的用人单位推荐经办", _asking)
VERIFIER: Taker[RecognitionFacts] = holder_at(
    Role.TITLE_OFFICER, "管理该层级职称的人社部门职称管理人员", lambda case: case.hrss_id
)
EMPLOYER: Taker[RecognitionFacts] = holder_at(
    Role.RECOMMENDER, "用人单位推荐经办（无用人单位的为所在地县级人社部门）", lambda case: case.unit_id
)


def _used_how(case: RecognitionFacts) -> State:
    """Inside the unit, without any procedure; or confirmed, with a certificate."""
    return State.IN_USE if case.wish is Wish.INTERNAL_USE else State.CONFIRMED


WITHDRAWAL: Step[RecognitionFacts] = Step(State.WITHDRAWN, ASKER, "mutual_recognition")

RECOGNITION_STEPS: Steps[RecognitionFacts] = {
    (State.UNDER_VERIFICATION, Action.VERIFY): Step(
        State.AT_EMPLOYER,
        VERIFIER,
        "verified_by_jurisdiction",
        (
            rules.not_ones_own,
            rules.verified_as_told,
            rules.verification_shown,
            rules.confirmed_by_document,
        ),
    ),
    (State.UNDER_VERIFICATION, Action.RETURN): Step(
        State.RETURNED, VERIFIER, "verified_by_jurisdiction", (rules.not_ones_own, rules.items_named)
    ),
    (State.UNDER_VERIFICATION, Action.REFUSE): Step(
        State.REFUSED, VERIFIER, "verified_by_jurisdiction", (rules.not_ones_own, rules.reason_of_refusal)
    ),
    (State.UNDER_VERIFICATION, Action.ESCALATE): Step(
        State.UNDER_VERIFICATION, BY_SYSTEM, "verified_by_jurisdiction", (rules.overdue,)
    ),
    (State.UNDER_VERIFICATION, Action.WITHDRAW): WITHDRAWAL,
    (State.RETURNED, Action.RESUBMIT): Step(State.UNDER_VERIFICATION, ASKER, "mutual_recognition"),
    (State.RETURNED, Action.WITHDRAW): WITHDRAWAL,
    (State.AT_EMPLOYER, Action.CONFIRM): Step(
        Branch((State.CONFIRMED, State.IN_USE), _used_how),
        EMPLOYER,
        "employer_confirms",
        (
            rules.not_ones_own,
            rules.not_by_who_verified,
            rules.work_and_level_looked_at,
            rules.still_employed_here,
            rules.confirmed_once,
        ),
    ),
    (State.AT_EMPLOYER, Action.DECLINE): Step(
        State.DECLINED, EMPLOYER, "employer_confirms", (rules.not_ones_own, rules.reason_of_refusal)
    ),
    (State.AT_EMPLOYER, Action.ESCALATE): Step(
        State.AT_EMPLOYER, BY_SYSTEM, "employer_confirms", (rules.overdue,)
    ),
    (State.AT_EMPLOYER, Action.WITHDRAW): WITHDRAWAL,
}
