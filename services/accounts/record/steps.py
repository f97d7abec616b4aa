"""The steps of a record: declared, then confirmed or refused by the unit that answers for it, and frozen."""

from services.accounts.authorization import Act
from services.accounts.contract import RecordState as State
from services.accounts.record.rules import (
    evidence_opened,
    not_ones_own,
    reason_told,
    record_fit,
    told_by_another,
)
from services.accounts.record.states import RecordAction as Action
from services.accounts.record.states import RecordFacts
from services.accounts.takers import at, oneself, taker
from services.kit.steps import Step, Steps, Taker

CONFIRMER: Taker[RecordFacts] = taker(
    "负责确认单位（驻村为派出单位）的审核人或推荐经办",
    at(Act.CONFIRM_RECORD, lambda case: (case.confirmer_id,)),
)
DECLARER: Taker[RecordFacts] = taker(
    "本人，或所在单位的机构管理员、推荐经办",
    oneself(lambda case: case.person_id),
    at(Act.DECLARE_RECORD, lambda case: case.declarers),
)

WITHDRAWAL: Step[RecordFacts] = Step(State.WITHDRAWN, by=DECLARER, article="accurate")
LOOKED_AT = (not_ones_own, told_by_another, evidence_opened)

STEPS: Steps[RecordFacts] = {
    (State.DECLARED, Action.SEND_EVIDENCE): Step(State.DECLARED, by=DECLARER, article="clear_materials"),
    (State.DECLARED, Action.CONFIRM): Step(
        State.CONFIRMED, by=CONFIRMER, article="unit_verifies", rules=LOOKED_AT
    ),
    (State.DECLARED, Action.REFUSE): Step(
        State.REFUSED, by=CONFIRMER, article="unit_verifies", rules=(not_ones_own, reason_told)
    ),
    (State.DECLARED, Action.WITHDRAW): WITHDRAWAL,
    (State.REFUSED, Action.SEND_EVIDENCE): Step(State.REFUSED, by=DECLARER, article="clear_materials"),
    (State.REFUSED, Action.DECLARE_AGAIN): Step(
        State.DECLARED, by=DECLARER, article="accurate", rules=(record_fit,)
    ),
    (State.REFUSED, Action.WITHDRAW): WITHDRAWAL,
    (State.CONFIRMED, Action.SUPERSEDE): Step(State.SUPERSEDED, by=CONFIRMER, article="unit_verifies"),
    (State.CONFIRMED, Action.REVOKE): Step(
        State.REVOKED, by=CONFIRMER, article="unit_verifies", rules=(not_ones_own, reason_told)
    ),
}
