"""Who investigates, who is heard, who decides, who appeals and who decides on that; and under what rules (一（八）)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Broken, Step, Steps, Taker, rule
from services.workflow.integrity.states import OVER, CaseAction, CaseState
from services.workflow.system import BY_SYSTEM

INVESTIGATORS = (Role.TITLE_OFFICER, Role.SUPERVISOR)
"""Who investigates, at an HRSS or authority above the unit concerned."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as its rules see it.

    `lineage` are the bodies above the unit concerned; `body_id` decided. `involved`: the caller complained, is whom it
    concerns, or has acted on the declaration behind it, or acts for who has; `acted`: the same has acted on this case.
    `issuers` are, of each certificate to be revoked, the bodies that may: who issued it and those above. `concerned`: it
    is known whom, or which certificate, it is about; `overdue_untold`: its day is over and nobody above was told.
    """

    id: UUID
    state: CaseState
    version: int
    lineage: tuple[UUID, ...]
    person_id: UUID | None
    today: date
    concerned: bool = True
    answer_by: date | None = None
    appeal_by: date | None = None
    body_id: UUID | None = None
    involved: bool = False
    acted: bool = False
    issuers: tuple[tuple[UUID, ...], ...] = ()
    seat_at: UUID | None = None
    reason: str | None = None
    overdue_untold: bool = False


def _investigator(actor: Actor, case: CaseFacts) -> Seat | None:
    return actor.seat(*INVESTIGATORS, within=case.lineage)


def deciding_seat(actor: Actor, case: CaseFacts) -> Seat | None:
    """A title officer of an HRSS above the unit: revoking a title is for whoever manages titles."""
    return actor.seat(Role.TITLE_OFFICER, within=case.lineage)


def _person(actor: Actor, case: CaseFacts) -> Seat | None:
    """The person; who left the employer has no seat any more, and is heard all the same."""
    if actor.person_id is None or actor.person_id != case.person_id:
        return None
    left = Seat(role=Role.APPLICANT, organisation_id=case.lineage[-1], lineage=())
    return actor.seat(Role.APPLICANT) or left


def above(case: CaseFacts) -> tuple[UUID, ...]:
    """The bodies above the one that decided; what the top decided is looked at there again, by others."""
    if case.body_id not in case.lineage:
        return case.lineage[:1]
    return case.lineage[: case.lineage.index(case.body_id)] or case.lineage[:1]


def reviewing_seat(actor: Actor, case: CaseFacts) -> Seat | None:
    """A seat at a body above the one that decided."""
    return actor.seat(*INVESTIGATORS, within=above(case))


INVESTIGATOR: Taker[CaseFacts] = Taker(
    Role.TITLE_OFFICER, "上级人社部门职称管理人员或上级监督人员", _investigator
)
DECIDER: Taker[CaseFacts] = Taker(Role.TITLE_OFFICER, "上级人社部门职称管理人员", deciding_seat)
PERSON: Taker[CaseFacts] = Taker(Role.APPLICANT, "本人", _person)
REVIEWER: Taker[CaseFacts] = Taker(
    Role.TITLE_OFFICER, "作出处理的部门的上一级（省级为另一人）", reviewing_seat
)


@rule(
    "INVESTIGATOR_IS_DISINTERESTED",
    article="report_checked",
    zh="办案人不是投诉人和当事人，也未办理过所涉申报",
    en="Who handles a case has neither complained nor acted on the declaration behind it.",
)
def disinterested(case: CaseFacts) -> Broken | None:
    """Nobody judges the own complaint, the own person or the own work (三（六）3)."""
    if not case.involved:
        return None
    return Broken(
        "投诉人、当事人和办理过所涉申报的人（包括与其互为委托的人）不得办理该案件",
        "Who complained, is concerned, or acted on the declaration does not handle the case.",
    )


@rule(
    "SOMEBODY_CONCERNED",
    article="report_checked",
    zh="立案前须查明投诉所指的人员或证书",
    en="It is known whom, or which certificate, a complaint is about before it is taken up.",
)
def somebody_concerned(case: CaseFacts) -> Broken | None:
    """It is known whom, or which certificate, a complaint is about before it is taken up (三（六）3)."""
    if case.concerned:
        return None
    return Broken(
        "投诉所写的编号未对应申报或证书，请先查明所指的人员或证书",
        "The number is no declaration's or certificate's. Find out whom it is about first.",
    )


@rule(
    "CASE_NOT_OVERDUE",
    article="report_checked",
    zh="逾期未立案、未查结、未作出处理或未复核的案件，向上级报告一次",
    en="A case that is not taken up, investigated, decided or reviewed in time is told above, once a step.",
)
def case_overdue(case: CaseFacts) -> Broken | None:
    """A case that is not taken up, investigated, decided or reviewed in time is told above, once a step (三（六）3)."""
    if case.overdue_untold:
        return None
    return Broken("尚未逾期，或已报告上级", "It is not overdue, or was told above.", "due_on")


@rule("REASON_GIVEN", article="report_checked", zh="处理意见须写明理由", en="A decision gives its reason.")
def reason_given(case: CaseFacts) -> Broken | None:
    """A decision says why (三（六）3)."""
    return None if case.reason else Broken("请写明理由", "Give the reason.", field="reason")


@rule(
    "IN_TIME_TO_STATE",
    article="misconduct_heard",
    zh="在告知的期限内陈述申辩",
    en="The person states his or her case by the day told.",
)
def stated_in_time(case: CaseFacts) -> Broken | None:
    """The person states his or her case by the day told."""
    if case.answer_by is None or case.today <= case.answer_by:
        return None
    return Broken(f"陈述申辩已于 {case.answer_by} 截止", f"The last day was {case.answer_by}.")


@rule(
    "PERSON_WAS_HEARD",
    article="misconduct_heard",
    zh="当事人已陈述申辩，或逾期未陈述申辩，方可认定",
    en="Nothing is found before the person was heard, or let the day pass.",
)
def was_heard(case: CaseFacts) -> Broken | None:
    """Nothing is found before the person was heard, or let the day pass."""
    if case.state is CaseState.HEARD or (case.answer_by is not None and case.today > case.answer_by):
        return None
    return Broken(
        f"当事人可以陈述申辩至 {case.answer_by}", f"The person may still be heard, until {case.answer_by}."
    )


@rule(
    "BODY_MAY_REVOKE",
    article="misconduct",
    zh="撤销职称由发证的人力资源社会保障部门或其上级作出",
    en="A title is revoked by the HRSS that issued it, or one above.",
)
def body_may_revoke(case: CaseFacts) -> Broken | None:
    """A title is revoked by the HRSS that issued its certificate, or one above (一（八）)."""
    if all(case.seat_at in may for may in case.issuers):
        return None
    return Broken("所涉证书由上级部门颁发", "A certificate was issued by a body above yours.")


@rule(
    "IN_TIME_TO_APPEAL",
    article="misconduct_appealed",
    zh="在规定期限内申诉",
    en="An appeal is made in time.",
)
def appealed_in_time(case: CaseFacts) -> Broken | None:
    """An appeal is made in time."""
    if case.appeal_by is None or case.today <= case.appeal_by:
        return None
    return Broken(f"申诉已于 {case.appeal_by} 截止", f"The last day to appeal was {case.appeal_by}.")


@rule(
    "APPEAL_BY_ANOTHER",
    article="misconduct_appealed",
    zh="办理过该案件的人不得复核",
    en="Who has acted on the case does not decide on the appeal.",
)
def decided_by_another(case: CaseFacts) -> Broken | None:
    """Nobody looks again at what he or she has done."""
    if not case.acted:
        return None
    return Broken("您或与您互为委托的人办理过该案件", "You, or who you act for, have acted on this case.")


WITH_A_BODY = (
    CaseState.RECEIVED,
    CaseState.INVESTIGATING,
    CaseState.TO_BE_HEARD,
    CaseState.HEARD,
    CaseState.APPEALED,
)
"""States in which a body has to act by a day; the person's days to be heard are within that of TO_BE_HEARD."""
CHECKED = (disinterested, reason_given)
REVIEWED = (disinterested, decided_by_another, reason_given)
CLEARED: Step[CaseFacts] = Step(CaseState.CLEARED, INVESTIGATOR, "report_checked", CHECKED)
TAKEN_BACK: Step[CaseFacts] = Step(CaseState.REVERSED, REVIEWER, "misconduct_appealed", REVIEWED)
"""On an appeal, or without one where it proves wrong later or a court says so: always above, by a document."""


def _told_above(state: CaseState) -> Step[CaseFacts]:
    """It stays where it is: who stands above hears that it is late."""
    return Step(state, BY_SYSTEM, "report_checked", (case_overdue,))


CASE_STEPS: Steps[CaseFacts] = {
    (CaseState.RECEIVED, CaseAction.IDENTIFY): Step(
        CaseState.RECEIVED, INVESTIGATOR, "report_checked", (disinterested,)
    ),
    (CaseState.RECEIVED, CaseAction.TAKE_UP): Step(
        CaseState.INVESTIGATING, INVESTIGATOR, "report_checked", (disinterested, somebody_concerned)
    ),
    (CaseState.RECEIVED, CaseAction.DECLINE): Step(
        CaseState.NOT_TAKEN_UP, INVESTIGATOR, "report_checked", CHECKED
    ),
    (CaseState.INVESTIGATING, CaseAction.NOTIFY): Step(
        CaseState.TO_BE_HEARD, INVESTIGATOR, "misconduct_heard", (disinterested,)
    ),
    (CaseState.INVESTIGATING, CaseAction.CLEAR): CLEARED,
    (CaseState.TO_BE_HEARD, CaseAction.STATE): Step(
        CaseState.HEARD, PERSON, "misconduct_heard", (stated_in_time,)
    ),
    (CaseState.TO_BE_HEARD, CaseAction.CLEAR): CLEARED,
    (CaseState.TO_BE_HEARD, CaseAction.DECIDE): Step(
        CaseState.DECIDED, DECIDER, "misconduct", (disinterested, was_heard, body_may_revoke)
    ),
    (CaseState.HEARD, CaseAction.CLEAR): CLEARED,
    (CaseState.HEARD, CaseAction.DECIDE): Step(
        CaseState.DECIDED, DECIDER, "misconduct", (disinterested, was_heard, body_may_revoke)
    ),
    (CaseState.DECIDED, CaseAction.APPEAL): Step(
        CaseState.APPEALED, PERSON, "misconduct_appealed", (appealed_in_time,)
    ),
    (CaseState.APPEALED, CaseAction.UPHOLD): Step(
        CaseState.UPHELD, REVIEWER, "misconduct_appealed", REVIEWED
    ),
    (CaseState.APPEALED, CaseAction.SHORTEN): Step(
        CaseState.SHORTENED, REVIEWER, "misconduct_appealed", REVIEWED
    ),
    (CaseState.DECIDED, CaseAction.REVERSE): TAKEN_BACK,
    (CaseState.APPEALED, CaseAction.REVERSE): TAKEN_BACK,
    (CaseState.UPHELD, CaseAction.REVERSE): TAKEN_BACK,
    (CaseState.SHORTENED, CaseAction.REVERSE): TAKEN_BACK,
    **{(state, CaseAction.ESCALATE): _told_above(state) for state in WITH_A_BODY},
    **{
        (state, CaseAction.LINK): Step(state, BY_SYSTEM, "misconduct")
        for state in CaseState
        if state not in OVER
    },
}
