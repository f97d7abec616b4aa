"""Learning and the online test over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.installation import CurrentDesk, Desk
from services.accounts.learning import errors, judging, service, store
from services.accounts.learning.guides import GuideFile
from services.accounts.learning.model import Attempt
from services.accounts.learning.policy import Guide
from services.accounts.learning.schemas import (
    AnswersIn,
    AttemptIn,
    AttemptOut,
    GuideFileOut,
    GuideOut,
    Guides,
    OptionOut,
    QuestionOut,
    SavedOut,
    StandingOut,
    TriedOut,
    WrongOut,
)
from services.accounts.learning.states import State
from services.accounts.person import store as people
from services.accounts.person.errors import PersonNotFound
from services.accounts.policy import NoSuchCycle, Policy
from services.accounts.question_bank import store as banks
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, RulesBroken

learning = router(prefix="/v1", tags=["learning"])
Cycle = Annotated[int, Query(ge=1, le=9999, description="the year")]
MaybeCycle = Annotated[int | None, Query(ge=1, le=9999, description="the year; else the one that rules now")]
KNOWN = 304


def policy_of(desk: Desk, cycle: int | None) -> Policy:
    """The policy of a year, or the one that rules now."""
    return desk.policy if cycle is None else desk.installation.policies.of(cycle)


@learning.get("/learning/guides", responses=refusals(NoSuchCycle))
async def guides(desk: CurrentDesk, cycle: MaybeCycle = None) -> Guides:
    """What there is to learn before the test, for anyone."""
    policy = policy_of(desk, cycle)
    paper = policy.learning.paper.model_dump(exclude={"weights"})
    told = [_guide(each, policy) for each in policy.learning.guides]
    return Guides(items=told, cycle=policy.year, **paper)


@learning.get("/learning/guides/{code}/file", responses=refusals(NoSuchCycle, errors.GuideNotFound))
async def guide_file(
    code: str,
    desk: CurrentDesk,
    cycle: MaybeCycle = None,
    if_none_match: Annotated[str | None, Header(max_length=1000)] = None,
) -> Response:
    """The file of a guide, for anyone; nothing is sent to who has it already."""
    found = policy_of(desk, cycle).guide_files.get(code)
    if found is None:
        raise errors.GuideNotFound
    if found.is_known(if_none_match):
        return Response(status_code=KNOWN, headers=found.headers)
    return Response(found.content, headers=found.headers, media_type=found.media_type)


@learning.post(
    "/learning/attempts",
    status_code=201,
    responses=refusals(
        *(NoSuchCycle, errors.ApplicantsOnly, errors.AlreadyPassed),
        *(errors.PauseBetweenTests, errors.AttemptsUsedUp),
    ),
)
async def begin(body: AttemptIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[AttemptOut]:
    """Begin an attempt at a cycle's test; one that is open goes on."""
    attempt, basis = await service.begin(tx, desk, actor, body.cycle)
    return decided(await _shown(tx, desk, attempt), [basis])


@learning.get("/learning/attempts", responses=refusals())
async def list_own(
    actor: CurrentActor, tx: Tx, cycle: MaybeCycle = None, first: First = 50, after: After = None
) -> Page[TriedOut]:
    """The caller's own attempts, newest first."""
    items, cursor = await page(tx, store.own(actor.person_id, cycle), Attempt.id, first, after)
    told = [TriedOut.model_validate(each, from_attributes=True) for each in items]
    return Page(items=told, next_cursor=cursor)


@learning.get("/learning/attempts/{attempt_id}", responses=refusals(errors.AttemptNotFound))
async def read(attempt_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> AttemptOut:
    """An attempt of the caller's own."""
    return await _shown(tx, desk, await service.seen(tx, desk, actor, attempt_id))


@learning.put(
    "/learning/attempts/{attempt_id}/answers",
    responses=refusals(errors.AttemptNotFound, errors.TimeUp, RulesBroken),
)
async def save(
    attempt_id: UUID, body: AnswersIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[AttemptOut]:
    """Keep answers given so far; what is kept is judged when the time is up."""
    attempt, basis = await service.save(tx, desk, actor, attempt_id, body.chosen)
    return decided(await _shown(tx, desk, attempt), [basis])


@learning.post(
    "/learning/attempts/{attempt_id}/answers",
    responses=refusals(errors.AttemptNotFound, ActionNotAvailable, RulesBroken),
)
async def answer(
    attempt_id: UUID, body: AnswersIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[AttemptOut]:
    """Hand in a paper; it is judged at once, and once. Too late, what was saved in time is judged."""
    attempt, basis = await service.answer(tx, desk, actor, attempt_id, body.chosen)
    return decided(await _shown(tx, desk, attempt), basis)


@learning.get("/people/{person_id}/test", responses=refusals(PersonNotFound))
async def standing(person_id: UUID, actor: CurrentActor, tx: Tx, cycle: Cycle) -> StandingOut:
    """How a person stands in the test of a cycle, for whoever may see the person."""
    person = await people.get(tx, person_id, seen_by=actor)
    found = await store.standing(tx, person.id, cycle)
    return StandingOut(passed=found.passed, passed_at=found.passed_at, attempts=found.attempts)


def _guide(guide: Guide, policy: Policy) -> GuideOut:
    found: GuideFile | None = policy.guide_files.get(guide.id)
    file = None
    if found is not None:
        path = f"/v1/learning/guides/{guide.id}/file?cycle={policy.year}"
        size, media_type = len(found.content), found.media_type
        file = GuideFileOut(path=path, media_type=media_type, size=size, sha256=found.sha256)
    told = {"code": guide.id, "body": guide.text, "file": file}
    return GuideOut.model_validate(guide.model_dump(exclude={"id", "text", "file"}) | told)


async def _shown(tx: AsyncSession, desk: Desk, attempt: Attempt) -> AttemptOut:
    """An attempt as its owner sees it: no right answer, and no explanation before it is judged."""
    questions = await judging.questions_of(tx, desk, attempt)
    judged = attempt.state != State.OPEN
    wrong = attempt.as_paper(questions, attempt.saved).wrong if judged else []
    told = {
        "bank_number": (await banks.get(tx, attempt.bank_id)).number if attempt.bank_id else None,
        "questions": [
            QuestionOut(
                id=each.id,
                kind=each.kind,
                text=each.text,
                options=[OptionOut(id=key, text=text) for key, text in each.options.items()],
            )
            for each in questions
        ],
        "answers": [
            SavedOut(question_id=key, option_ids=list(given)) for key, given in attempt.saved.items()
        ],
        "wrong": [
            WrongOut(question_id=each.id, cite=each.cite, explanation=each.explanation)
            for each in questions
            if each.id in wrong
        ],
    }
    tried = TriedOut.model_validate(attempt, from_attributes=True)
    return AttemptOut.model_validate(tried.model_dump() | told)
