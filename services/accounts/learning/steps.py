"""The one step of an attempt: handed in, it is judged, once."""

from services.accounts.contract import Role
from services.accounts.learning.rules import answers_belong_to_paper, every_question_answered
from services.accounts.learning.states import Action, Paper, State
from services.kit.auth import Actor, Seat
from services.kit.steps import Branch, Step, Steps, Taker


def _own_seat(actor: Actor, paper: Paper) -> Seat | None:
    """The caller's seat as applicant, where the paper is the caller's own."""
    if actor.person_id != paper.person_id:
        return None
    return actor.seat(Role.APPLICANT, within=paper.lineage)


def _judged(paper: Paper) -> State:
    return State.PASSED if paper.score >= paper.pass_mark else State.FAILED


STEPS: Steps[Paper] = {
    (State.OPEN, Action.ANSWER): Step(
        Branch((State.PASSED, State.FAILED), _judged),
        by=Taker(Role.APPLICANT, "申报人本人", _own_seat),
        article="online_test",
        rules=(answers_belong_to_paper, every_question_answered),
    ),
}
