"""Which step may follow which, who takes it, under which rules and on which article: the whole of one managed process.

Applicants and reviewers take theirs over HTTP; the meeting and the filing take theirs through `service.move`. A draft
is held when its applicant leaves the employer, and resumed when the new one has recommended. What was not accepted when
the year's run is over lapses by itself; what was accepted and came before no meeting is ended by the committee's office.
"""

from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Branch, Step, Steps, Taker, holder_at
from services.workflow.credit_listing.hold import not_awaited, not_listed
from services.workflow.declaration import practised, rules
from services.workflow.declaration.case import Case
from services.workflow.declaration.states import Action, State
from services.workflow.evaluation import rules as criteria
from services.workflow.integrity.hold import no_misconduct_found, not_barred, not_investigated
from services.workflow.report.hold import no_report_being_checked, no_report_found_true
from services.workflow.review_chain import answer_rules as answering
from services.workflow.review_chain import ending_rules as ending
from services.workflow.review_chain import rules as review
from services.workflow.sending_side.rules import sending_side_agreed
from services.workflow.system import BY_SYSTEM


def _applicant(actor: Actor, case: Case) -> Seat | None:
    """The person; who left the employer has no seat any more, and finishes what was submitted all the same (二（二）1)."""
    if actor.person_id != case.person_id:
        return None
    left = Seat(role=Role.APPLICANT, organisation_id=list(case.lineage)[-1], lineage=())
    return actor.seat(Role.APPLICANT) or left


def _filer(actor: Actor, case: Case) -> Seat | None:
    return actor.seat(Role.TITLE_OFFICER, within=case.lineage)


def _voider(actor: Actor, case: Case) -> Seat | None:
    """The office, or an HRSS above by a finding, which has judged whether it is the one to make it (三（二）)."""
    office = actor.seat(Role.COMMITTEE_OFFICE, within=(case.office_id,)) if case.office_id else None
    return office or _filer(actor, case)


def _at(case: Case) -> UUID | None:
    return case.at_organisation_id


def _office(case: Case) -> UUID | None:
    return case.office_id


def _meeting(actor: Actor, case: Case) -> Seat | None:
    """The meeting has judged who closes its vote: the office, or the expert who presides."""
    office = actor.seat(Role.COMMITTEE_OFFICE, within=(case.office_id,)) if case.office_id else None
    return office or actor.seat(Role.EXPERT)


APPLICANT: Taker[Case] = Taker(Role.APPLICANT, "申报人本人", _applicant)
REVIEWER = holder_at(Role.REVIEWER, "当前审核机构的审核人", _at)
OFFICE = holder_at(Role.COMMITTEE_OFFICE, "该评委会办事机构", _office)
MEETING: Taker[Case] = Taker(Role.COMMITTEE_OFFICE, "评审会议（办事机构或会议主持人结束投票）", _meeting)
VOIDER: Taker[Case] = Taker(
    Role.COMMITTEE_OFFICE, "该评委会办事机构或人力资源社会保障部门职称管理人员", _voider
)
FILER: Taker[Case] = Taker(Role.TITLE_OFFICER, "人力资源社会保障部门职称管理人员", _filer)


def _after_submission(case: Case) -> State:
    return State.UNDER_REVIEW if case.chain_length else State.AT_COMMITTEE_OFFICE


def _one_up(case: Case) -> State:
    return State.UNDER_REVIEW if case.position + 1 < case.chain_length else State.AT_COMMITTEE_OFFICE


def _one_down(case: Case) -> State:
    return State.UNDER_REVIEW if case.position > 0 else State.RETURNED


FIRST_REVIEWER: Branch[Case] = Branch((State.UNDER_REVIEW, State.AT_COMMITTEE_OFFICE), _after_submission)
LEVEL_ABOVE: Branch[Case] = Branch((State.UNDER_REVIEW, State.AT_COMMITTEE_OFFICE), _one_up)
LEVEL_BELOW: Branch[Case] = Branch((State.UNDER_REVIEW, State.RETURNED), _one_down)

COMPLETE = (
    not_barred,
    rules.responsibility_confirmed,
    rules.sections_finished,
    rules.sections_filled,
    rules.kinds_known,
    rules.achievements_count,
    practised.post_of_specialty,
    practised.achievements_of_specialty,
    rules.hours_reached,
    rules.materials_present,
    rules.files_stored,
    rules.route_still_open,
)
JUDGED = (
    review.review_in_time,
    review.not_ones_own,
    review.every_material_opened,
    review.every_material_sound,
    review.not_reviewed_below,
)
GOING_ON = (
    no_report_being_checked,
    no_report_found_true,
    not_barred,
    not_investigated,
    no_misconduct_found,
)
ACCEPTED_GOES_ON = (*GOING_ON, not_listed)
"""What is accepted already and a platform tells late of."""
ENDORSING = (review.strict_only, *JUDGED, review.endorsed_once)
DECIDING = (*JUDGED, review.endorsed_by_another, review.not_anothers_claim, sending_side_agreed, *GOING_ON)
ACCEPTING = (
    *DECIDING,
    review.place_approved,
    review.committee_competent,
    criteria.criteria_met,
    criteria.criteria_judged,
    criteria.judgements_asked,
    not_listed,
    not_awaited,
)
REFUSING = (
    review.review_in_time,
    review.not_ones_own,
    review.not_anothers_claim,
    review.refused_with_reason,
    review.items_known,
    review.refused_opened,
)
RETURNING = (
    review.review_in_time,
    review.not_ones_own,
    review.not_anothers_claim,
    review.reason_per_item,
    review.items_known,
)
PASSING = (*DECIDING, answering.returned_answered, answering.answers_asked_for)
CLAIMING = (review.not_ones_own, review.not_reviewed_below, review.endorsed_once, review.claimable)
ESCALATING = (review.overdue_untold, no_report_being_checked)

WITHDRAWAL = Step(State.WITHDRAWN, APPLICANT, "withdrawal", (rules.run_not_over,))
TERMINATING = (rules.run_over, ending.document_named, ending.reason_given)
VOID = Step(State.ENDED, VOIDER, "result_void", (review.reason_given,))
DISQUALIFICATION = Step(State.DISQUALIFIED, BY_SYSTEM, "misconduct")
"""What a finding of misconduct ends (一（八）); the vote that a meeting is about to take is not cut short."""
VOID_CERTIFIED = Step(State.ENDED, FILER, "certificate_void", (review.reason_given,))
"""Once it is filed, the HRSS alone that filed it or one above: `certificate/ending.py` asks which."""
LAPSE = Step(State.LAPSED, BY_SYSTEM, "run", (rules.run_over, no_report_being_checked))
"""What no committee has accepted by the end of the year's run comes to nothing (三（六）); not while a report is being checked."""

STEPS: Steps[Case] = {
    (State.DRAFT, Action.SUBMIT): Step(
        FIRST_REVIEWER, APPLICANT, "declaration_order", (rules.first_in_time, rules.ground_stands, *COMPLETE)
    ),
    (State.DRAFT, Action.HOLD): Step(State.DRAFT, BY_SYSTEM, "declared_at_unit"),
    (State.DRAFT, Action.RESUME): Step(State.DRAFT, APPLICANT, "declared_at_unit"),
    (State.RETURNED, Action.SUBMIT): Step(
        FIRST_REVIEWER,
        APPLICANT,
        "declaration_order",
        (rules.again_in_time, *COMPLETE, rules.returned_mended),
    ),
    (State.UNDER_REVIEW, Action.CLAIM): Step(State.UNDER_REVIEW, REVIEWER, "each_answers", CLAIMING),
    (State.UNDER_REVIEW, Action.RELEASE): Step(
        State.UNDER_REVIEW, REVIEWER, "each_answers", (review.claimed_oneself,)
    ),
    (State.UNDER_REVIEW, Action.ESCALATE): Step(State.UNDER_REVIEW, BY_SYSTEM, "no_delay", ESCALATING),
    (State.UNDER_REVIEW, Action.ENDORSE): Step(State.UNDER_REVIEW, REVIEWER, "strict_review", ENDORSING),
    (State.UNDER_REVIEW, Action.PASS): Step(LEVEL_ABOVE, REVIEWER, "each_answers", PASSING),
    (State.UNDER_REVIEW, Action.SEND_BACK): Step(LEVEL_BELOW, REVIEWER, "return_level_by_level", RETURNING),
    (State.UNDER_REVIEW, Action.REFUSE): Step(State.REFUSED, REVIEWER, "verify_materials", REFUSING),
    (State.AT_COMMITTEE_OFFICE, Action.CLAIM): Step(
        State.AT_COMMITTEE_OFFICE, OFFICE, "each_answers", CLAIMING
    ),
    (State.AT_COMMITTEE_OFFICE, Action.RELEASE): Step(
        State.AT_COMMITTEE_OFFICE, OFFICE, "each_answers", (review.claimed_oneself,)
    ),
    (State.AT_COMMITTEE_OFFICE, Action.ESCALATE): Step(
        State.AT_COMMITTEE_OFFICE, BY_SYSTEM, "no_delay", ESCALATING
    ),
    (State.AT_COMMITTEE_OFFICE, Action.ENDORSE): Step(
        State.AT_COMMITTEE_OFFICE, OFFICE, "strict_review", ENDORSING
    ),
    (State.AT_COMMITTEE_OFFICE, Action.ACCEPT): Step(State.ACCEPTED, OFFICE, "acceptance", ACCEPTING),
    (State.AT_COMMITTEE_OFFICE, Action.REFUSE): Step(State.REFUSED, OFFICE, "verify_materials", REFUSING),
    (State.AT_COMMITTEE_OFFICE, Action.SEND_BACK): Step(
        LEVEL_BELOW, OFFICE, "return_level_by_level", RETURNING
    ),
    (State.DRAFT, Action.WITHDRAW): WITHDRAWAL,
    (State.RETURNED, Action.WITHDRAW): WITHDRAWAL,
    (State.UNDER_REVIEW, Action.WITHDRAW): WITHDRAWAL,
    (State.AT_COMMITTEE_OFFICE, Action.WITHDRAW): WITHDRAWAL,
    (State.DRAFT, Action.LAPSE): LAPSE,
    (State.RETURNED, Action.LAPSE): LAPSE,
    (State.UNDER_REVIEW, Action.LAPSE): LAPSE,
    (State.AT_COMMITTEE_OFFICE, Action.LAPSE): LAPSE,
    (State.ACCEPTED, Action.TABLE): Step(State.IN_MEETING, OFFICE, "meeting_tabled", ACCEPTED_GOES_ON),
    (State.ACCEPTED, Action.TERMINATE): Step(State.LAPSED, OFFICE, "run", TERMINATING),
    (State.IN_MEETING, Action.UNTABLE): Step(State.ACCEPTED, OFFICE, "meeting_tabled"),
    (State.IN_MEETING, Action.VOTE_PASS): Step(State.PASSED, MEETING, "meeting_voted"),
    (State.IN_MEETING, Action.VOTE_FAIL): Step(State.NOT_PASSED, MEETING, "meeting_voted"),
    (State.IN_MEETING, Action.DEFER): Step(State.ACCEPTED, MEETING, "meeting_deferred"),
    (State.PASSED, Action.PUBLICISE): Step(
        State.IN_RESULT_PUBLICITY, OFFICE, "results_publicised", ACCEPTED_GOES_ON
    ),
    (State.IN_RESULT_PUBLICITY, Action.FILE): Step(State.CERTIFIED, FILER, "result_filed", ACCEPTED_GOES_ON),
    (State.ACCEPTED, Action.END): VOID,
    (State.PASSED, Action.END): VOID,
    (State.IN_RESULT_PUBLICITY, Action.END): VOID,
    (State.DRAFT, Action.DISQUALIFY): DISQUALIFICATION,
    (State.RETURNED, Action.DISQUALIFY): DISQUALIFICATION,
    (State.UNDER_REVIEW, Action.DISQUALIFY): DISQUALIFICATION,
    (State.AT_COMMITTEE_OFFICE, Action.DISQUALIFY): DISQUALIFICATION,
    (State.ACCEPTED, Action.DISQUALIFY): DISQUALIFICATION,
    (State.PASSED, Action.DISQUALIFY): DISQUALIFICATION,
    (State.IN_RESULT_PUBLICITY, Action.DISQUALIFY): DISQUALIFICATION,
    (State.CERTIFIED, Action.END): VOID_CERTIFIED,
}
