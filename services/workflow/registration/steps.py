"""The steps of a registration of interest: withdrawn by the person, ranked or passed over by the unit."""

from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Broken, Step, Steps, Taker, holder_at, rule
from services.workflow.registration.states import RegistrationAction, RegistrationState
from services.workflow.system import BY_SYSTEM


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """A registration as its steps see it: whose, with which unit.

    `own`: the caller is that person. `rival`: the caller has a live registration for the same posts.
    """

    id: UUID
    state: RegistrationState
    version: int
    lineage: tuple[UUID, ...]
    unit_id: UUID
    person_id: UUID
    own: bool = False
    rival: bool = False
    reason: str | None = None


def _registrant(actor: Actor, case: RegistrationFacts) -> Seat | None:
    return actor.seat(Role.APPLICANT) if actor.person_id == case.person_id else None


@rule(
    "OWN_REGISTRATION",
    article="who_recommends_answers",
    zh="推荐经办人不得办理本人的登记",
    en="Nobody handles the own registration.",
)
def not_ones_own(case: RegistrationFacts) -> Broken | None:
    """Who ranks answers for it, and nobody does so for him- or herself (三（一）)."""
    return Broken("这是您本人的登记", "This is your own registration.") if case.own else None


@rule(
    "RIVAL_REGISTRATION",
    article="who_recommends_answers",
    zh="推荐经办人本人已登记同一岗位的，不得办理他人的不予推荐",
    en="Nobody passes over those who have registered for the same posts as he or she.",
)
def not_a_rivals(case: RegistrationFacts) -> Broken | None:
    """Whoever gains by it when another one is passed over does not decide on it (三（一）)."""
    if not case.rival:
        return None
    return Broken("您本人已登记同一岗位", "You have registered for the same posts yourself.")


@rule(
    "PASSED_OVER_FOR_A_REASON",
    article="unit_answers",
    zh="不予推荐须写明理由",
    en="Who is passed over is told why.",
)
def with_reason(case: RegistrationFacts) -> Broken | None:
    """The unit answers for its procedure: the order of its list is left for a reason on record only."""
    return None if case.reason else Broken("请写明不予推荐的理由", "Give the reason.", field="note")


REGISTRANT: Taker[RegistrationFacts] = Taker(Role.APPLICANT, "登记人本人", _registrant)
UNIT: Taker[RegistrationFacts] = holder_at(Role.RECOMMENDER, "本单位推荐经办", lambda case: case.unit_id)

ENDING: Step[RegistrationFacts] = Step(RegistrationState.WITHDRAWN, by=BY_SYSTEM, article="declared_at_unit")
"""The person has left: a unit recommends its own people, as they belong to it (二（二）1)."""

REGISTRATION_STEPS: Steps[RegistrationFacts] = {
    (RegistrationState.REGISTERED, RegistrationAction.WITHDRAW): Step(
        RegistrationState.WITHDRAWN, by=REGISTRANT, article="selected_publicly"
    ),
    (RegistrationState.REGISTERED, RegistrationAction.RANK): Step(
        RegistrationState.RANKED, by=UNIT, article="selected_publicly", rules=(not_ones_own,)
    ),
    (RegistrationState.RANKED, RegistrationAction.PASS_OVER): Step(
        RegistrationState.PASSED_OVER,
        by=UNIT,
        article="unit_answers",
        rules=(not_ones_own, not_a_rivals, with_reason),
    ),
    (RegistrationState.REGISTERED, RegistrationAction.END): ENDING,
    (RegistrationState.RANKED, RegistrationAction.END): ENDING,
}
