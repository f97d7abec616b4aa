"""The steps of an attempt: handed in, or with its time up, it is judged, once."""

from services.accounts.contract import Role
from services.accounts.learning.rules import answers_belong_to_paper, every_question_answered
from services.accounts.learning.states import Action, Paper, State
from services.kit.auth import Actor, Seat
from services.kit.steps import Branch, Step, Steps, Taker

SERVICE = "SERVICE"


def _own_seat(actor: Actor, paper: Paper) -> Seat | None:
    """The caller's seat as applicant, where the paper is the caller's own."""
    if actor.person_id != paper.person_id:
        return None
    return actor.seat(Role.APPLICANT, within=paper.lineage)


def _judged(paper: Paper) -> State:
    return State.PASSED if paper.score >= paper.pass_mark else State.FAILED


def _system(actor: Actor, paper: Paper) -> Seat | None:
    """The platform itself; no person is offered the step."""
    if actor.kind != "service":
        return None
    return Seat(role=SERVICE, organisation_id=list(paper.lineage)[-1], lineage=())


STEPS: Steps[Paper] = {
    (State.OPEN, Action.ANSWER): Step(
        Branch((State.PASSED, State.FAILED), _judged),
        by=Taker(Role.APPLICANT, "申报人本人", _own_seat),
        article="online_test",
        rules=(answers_belong_to_paper, every_question_answered),
    ),
    (State.OPEN, Action.TIME_UP): Step(
        Branch((State.PASSED, State.FAILED), _judged),
        by=Taker(SERVICE, "系统（按已保存的作答评分）", _system),
        article="online_test",
    ),
}
