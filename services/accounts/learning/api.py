"""Learning and the online test over HTTP."""

from uuid import UUID

from fastapi import Query

from services.accounts.installation import CurrentDesk, Desk
from services.accounts.learning import errors, service, store
from services.accounts.learning.model import Attempt
from services.accounts.learning.schemas import (
    AnswersIn,
    AttemptIn,
    AttemptOut,
    GuideOut,
    Guides,
    OptionOut,
    QuestionOut,
    StandingOut,
    WrongOut,
)
from services.accounts.learning.states import State
from services.accounts.person import store as people
from services.accounts.person.errors import PersonNotFound
from services.accounts.policy import NoSuchCycle
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.http import Decided, decided, refusals, router
from services.kit.steps import ActionNotAvailable, RulesBroken, StaleVersion

learning = router(prefix="/v1", tags=["learning"])
CYCLE = Query(description="the year")


@learning.get("/learning/guides", responses=refusals(NoSuchCycle))
async def guides(desk: CurrentDesk, cycle: int | None = None) -> Guides:
    """What there is to learn before the test, for anyone."""
    policy = desk.policy if cycle is None else desk.installation.policies.of(cycle)
    rules = policy.learning
    told = [
        GuideOut(code=each.id, kind=each.kind, title=each.title, cite=each.cite, body=each.text, url=each.url)
        for each in rules.guides
    ]
    return Guides(
        items=told, cycle=policy.year, questions=rules.paper.questions, pass_mark=rules.paper.pass_mark
    )


@learning.post(
    "/learning/attempts",
    status_code=201,
    responses=refusals(NoSuchCycle, errors.ApplicantsOnly, errors.AlreadyPassed, errors.QuestionsChanged),
)
async def begin(body: AttemptIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[AttemptOut]:
    """Begin an attempt at a cycle's test; one that is open goes on."""
    attempt, basis = await service.begin(tx, desk, actor, body.cycle)
    return decided(_shown(desk, attempt), [basis])


@learning.get(
    "/learning/attempts/{attempt_id}", responses=refusals(errors.AttemptNotFound, errors.QuestionsChanged)
)
async def read(attempt_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> AttemptOut:
    """An attempt of the caller's own."""
    return _shown(desk, await store.get(tx, attempt_id, actor.person_id))


@learning.post(
    "/learning/attempts/{attempt_id}/answers",
    responses=refusals(
        errors.AttemptNotFound, errors.QuestionsChanged, ActionNotAvailable, RulesBroken, StaleVersion
    ),
)
async def answer(
    attempt_id: UUID, body: AnswersIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[AttemptOut]:
    """Hand in a paper; it is judged at once, and once."""
    attempt, basis = await service.answer(tx, desk, actor, attempt_id, body.answers)
    return decided(_shown(desk, attempt), basis)


@learning.get("/people/{person_id}/test", responses=refusals(PersonNotFound))
async def standing(person_id: UUID, actor: CurrentActor, tx: Tx, cycle: int = CYCLE) -> StandingOut:
    """How a person stands in the test of a cycle, for whoever may see the person."""
    person = await people.get(tx, person_id, seen_by=actor)
    found = await store.standing(tx, person.id, cycle)
    return StandingOut(passed=found.passed, passed_at=found.passed_at, attempts=found.attempts)


def _shown(desk: Desk, attempt: Attempt) -> AttemptOut:
    """An attempt as its owner sees it: no right answer, and no explanation before it is judged."""
    questions = service.questions_of(desk, attempt)
    judged = attempt.state != State.OPEN
    wrong = attempt.as_paper(questions, attempt.answers or {}).wrong if judged else []
    return AttemptOut(
        id=attempt.id,
        cycle=attempt.cycle,
        questions=[
            QuestionOut(
                id=question.id,
                text=question.text,
                options=[OptionOut(id=key, text=text) for key, text in question.options.items()],
            )
            for question in questions
        ],
        state=State(attempt.state),
        score=attempt.score,
        pass_mark=attempt.pass_mark,
        wrong=[
            WrongOut(question_id=question.id, cite=question.cite, explanation=question.explanation)
            for question in questions
            if question.id in wrong
        ],
        version=attempt.version,
    )
