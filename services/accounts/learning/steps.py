"""The steps of an attempt: handed in, or with its time up, it is judged, once."""

from services.accounts.learning.rules import answers_belong_to_paper, every_question_answered
from services.accounts.learning.states import Action, Paper, State
from services.accounts.takers import oneself, taker, this_service
from services.kit.steps import Branch, Step, Steps, Taker

APPLICANT: Taker[Paper] = taker(
    "申报人本人", oneself(lambda paper: paper.person_id, within=lambda paper: paper.lineage)
)
BY_SYSTEM: Taker[Paper] = taker(
    "系统（按已保存的作答评分）", this_service(lambda paper: list(paper.lineage)[-1])
)


def _judged(paper: Paper) -> State:
    return State.PASSED if paper.score >= paper.pass_mark else State.FAILED


STEPS: Steps[Paper] = {
    (State.OPEN, Action.ANSWER): Step(
        Branch((State.PASSED, State.FAILED), _judged),
        by=APPLICANT,
        article="online_test",
        rules=(answers_belong_to_paper, every_question_answered),
    ),
    (State.OPEN, Action.TIME_UP): Step(
        Branch((State.PASSED, State.FAILED), _judged),
        by=BY_SYSTEM,
        article="online_test",
    ),
}
