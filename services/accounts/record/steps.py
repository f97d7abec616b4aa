"""The steps of a record: declared, then confirmed or refused by the unit that answers for it, and frozen."""

from services.accounts.contract import RecordState as State
from services.accounts.contract import Role
from services.accounts.record.rules import not_ones_own, reason_told, record_fit, told_by_another
from services.accounts.record.states import RecordAction as Action
from services.accounts.record.states import RecordFacts
from services.kit.auth import Actor, Seat
from services.kit.steps import Step, Steps, Taker

CONFIRMING = (Role.REVIEWER, Role.RECOMMENDER)
DECLARING = (Role.ORGANISATION_MANAGER, Role.RECOMMENDER)


def _confirmer(actor: Actor, case: RecordFacts) -> Seat | None:
    """The caller's seat at the organisation that answers for the record."""
    return actor.seat(*CONFIRMING, within=(case.confirmer_id,))


def _declarer(actor: Actor, case: RecordFacts) -> Seat | None:
    """The caller's seat as the person, or at the person's unit or department."""
    own = actor.seat(Role.APPLICANT) if actor.person_id == case.person_id else None
    return own or actor.seat(*DECLARING, within=case.declarers)


CONFIRMER: Taker[RecordFacts] = Taker(
    Role.REVIEWER, "负责确认单位（驻村为派出单位）的审核人或推荐经办", _confirmer
)
DECLARER: Taker[RecordFacts] = Taker(Role.APPLICANT, "本人，或所在单位的机构管理员、推荐经办", _declarer)

WITHDRAWAL: Step[RecordFacts] = Step(State.WITHDRAWN, by=DECLARER, article="accurate")

STEPS: Steps[RecordFacts] = {
    (State.DECLARED, Action.CONFIRM): Step(
        State.CONFIRMED, by=CONFIRMER, article="unit_verifies", rules=(not_ones_own, told_by_another)
    ),
    (State.DECLARED, Action.REFUSE): Step(
        State.REFUSED, by=CONFIRMER, article="unit_verifies", rules=(not_ones_own, reason_told)
    ),
    (State.DECLARED, Action.WITHDRAW): WITHDRAWAL,
    (State.REFUSED, Action.DECLARE_AGAIN): Step(
        State.DECLARED, by=DECLARER, article="accurate", rules=(record_fit,)
    ),
    (State.REFUSED, Action.WITHDRAW): WITHDRAWAL,
    (State.CONFIRMED, Action.SUPERSEDE): Step(State.SUPERSEDED, by=CONFIRMER, article="unit_verifies"),
    (State.CONFIRMED, Action.REVOKE): Step(
        State.REVOKED, by=CONFIRMER, article="unit_verifies", rules=(not_ones_own, reason_told)
    ),
}
