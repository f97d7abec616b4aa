"""Which step may follow which, who takes it, under which rules and on which article: the whole of one managed process.

Applicants and reviewers take theirs over HTTP; the meeting and the filing take theirs through `service.move`.
"""

from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Branch, Step, Steps, Taker, holder, holder_at
from services.workflow.declaration import rules
from services.workflow.declaration.case import Case
from services.workflow.declaration.states import Action, State
from services.workflow.review_chain import rules as review


def _applicant(actor: Actor, case: Case) -> Seat | None:
    return actor.seat(Role.APPLICANT) if actor.person_id == case.person_id else None


def _at(case: Case) -> UUID | None:
    return case.at_organisation_id


def _office(case: Case) -> UUID | None:
    return case.office_id


APPLICANT: Taker[Case] = Taker(Role.APPLICANT, "申报人本人", _applicant)
REVIEWER = holder_at(Role.REVIEWER, "当前审核机构的审核人", _at)
OFFICE = holder_at(Role.COMMITTEE_OFFICE, "该评委会办事机构", _office)
FILER = holder(Role.TITLE_OFFICER, "人力资源社会保障部门职称管理人员")


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
    rules.RESPONSIBILITY_CONFIRMED,
    rules.SECTIONS_FILLED,
    rules.KINDS_KNOWN,
    rules.ACHIEVEMENTS_COUNT,
    rules.HOURS_REACHED,
    rules.MATERIALS_PRESENT,
    rules.FILES_STORED,
)
JUDGED = (review.REVIEW_IN_TIME, review.NOT_ONES_OWN, review.EVERY_MATERIAL_OPENED, review.EVERY_MATERIAL_SOUND)
RETURNING = (review.REVIEW_IN_TIME, review.NOT_ONES_OWN, review.REASON_PER_ITEM, review.ITEMS_KNOWN)

STEPS: Steps[Case] = {
    (State.DRAFT, Action.SUBMIT): Step(
        FIRST_REVIEWER, APPLICANT, "declaration_order", (rules.FIRST_IN_TIME, *COMPLETE)
    ),
    (State.RETURNED, Action.SUBMIT): Step(
        FIRST_REVIEWER, APPLICANT, "declaration_order", (rules.AGAIN_IN_TIME, *COMPLETE, rules.RETURNED_MENDED)
    ),
    (State.UNDER_REVIEW, Action.PASS): Step(LEVEL_ABOVE, REVIEWER, "each_answers", JUDGED),
    (State.UNDER_REVIEW, Action.SEND_BACK): Step(LEVEL_BELOW, REVIEWER, "return_level_by_level", RETURNING),
    (State.AT_COMMITTEE_OFFICE, Action.ACCEPT): Step(
        State.ACCEPTED, OFFICE, "acceptance", (*JUDGED, review.PLACE_APPROVED)
    ),
    (State.AT_COMMITTEE_OFFICE, Action.SEND_BACK): Step(LEVEL_BELOW, OFFICE, "return_level_by_level", RETURNING),
    (State.DRAFT, Action.WITHDRAW): Step(State.WITHDRAWN, APPLICANT, "withdrawal"),
    (State.RETURNED, Action.WITHDRAW): Step(State.WITHDRAWN, APPLICANT, "withdrawal"),
    (State.UNDER_REVIEW, Action.WITHDRAW): Step(State.WITHDRAWN, APPLICANT, "withdrawal"),
    (State.AT_COMMITTEE_OFFICE, Action.WITHDRAW): Step(State.WITHDRAWN, APPLICANT, "withdrawal"),
    (State.ACCEPTED, Action.TABLE): Step(State.IN_MEETING, OFFICE, "meeting_tabled"),
    (State.IN_MEETING, Action.VOTE_PASS): Step(State.PASSED, OFFICE, "meeting_voted"),
    (State.IN_MEETING, Action.VOTE_FAIL): Step(State.NOT_PASSED, OFFICE, "meeting_voted"),
    (State.PASSED, Action.PUBLICISE): Step(State.IN_RESULT_PUBLICITY, OFFICE, "result_publicity"),
    (State.IN_RESULT_PUBLICITY, Action.FILE): Step(State.CERTIFIED, FILER, "result_filed"),
    (State.PASSED, Action.END): Step(State.ENDED, OFFICE, "result_void", (review.REASON_GIVEN,)),
    (State.IN_RESULT_PUBLICITY, Action.END): Step(State.ENDED, OFFICE, "result_void", (review.REASON_GIVEN,)),
}
