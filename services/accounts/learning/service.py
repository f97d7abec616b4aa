"""Beginning an attempt at the online test, and handing it in."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role, TestFailed, TestPassed
from services.accounts.installation import Desk
from services.accounts.learning import paper, store
from services.accounts.learning.errors import (
    AlreadyPassed,
    ApplicantsOnly,
    QuestionsChanged,
    TestNotPassed,
)
from services.accounts.learning.model import Attempt
from services.accounts.learning.policy import LearningRules, Question
from services.accounts.learning.states import Action, State
from services.accounts.learning.steps import STEPS
from services.accounts.person import store as people
from services.kit import transition
from services.kit.auth import Actor
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import StaleVersion, decide


async def require_passed(
    tx: AsyncSession, desk: Desk, who: UUID | Actor, cycle: int | None = None
) -> Basis | None:
    """The article of the test that a person has passed; asked before personal data of his or hers are written.

    `who` is a person's id, or a caller: one who is nobody's own account (staff, a service) is asked for no test.
    `cycle` is the year, else the one whose policy rules now.

    Raises:
        NoSuchCycle: there is no policy for that year.
        TestNotPassed: the person has not passed the test of the cycle.
    """
    person_id = who.person_id if isinstance(who, Actor) else who
    if person_id is None:
        return None
    policy = desk.policy if cycle is None else desk.installation.policies.of(cycle)
    basis = policy.articles["online_test"]
    if not (await store.standing(tx, person_id, policy.year)).passed:
        raise TestNotPassed(cycle=policy.year, field="online_test", basis=(basis,))
    return basis


async def begin(tx: AsyncSession, desk: Desk, actor: Actor, cycle: int) -> tuple[Attempt, Basis]:
    """A new paper for the caller, or the one that is still open: asking again shows no other questions.

    An open paper whose questions are no longer in the policy is drawn anew.

    Raises:
        NoSuchCycle: there is no policy for that year.
        ApplicantsOnly: the caller is no applicant.
        AlreadyPassed: once is enough.
    """
    policy = desk.installation.policies.of(cycle)
    basis = policy.articles["online_test"]
    if actor.person_id is None or actor.seat(Role.APPLICANT) is None:
        raise ApplicantsOnly(basis=(basis,))
    person = await people.get(tx, actor.person_id, seen_by=actor)
    if (await store.standing(tx, person.id, cycle)).passed:
        raise AlreadyPassed(cycle=cycle, field="cycle", basis=(basis,))
    values = {
        **_drawn(policy.learning),
        "id": new_id(),
        "province": desk.installation.province,
        "person_id": person.id,
        "cycle": cycle,
        "state": State.OPEN,
        "lineage": person.lineage,
    }
    if await store.add(tx, values):
        await _tell(tx, desk, actor, values["id"], basis)
    attempt = await store.open_one(tx, person.id, cycle)
    if attempt is None:
        raise StaleVersion(field="cycle")
    if paper.redrawn(policy.learning, attempt.seed, attempt.question_ids) is None:
        await store.redraw(tx, attempt, _drawn(policy.learning))
    return attempt, basis


async def answer(
    tx: AsyncSession, desk: Desk, actor: Actor, attempt_id: UUID, answers: dict[str, str]
) -> tuple[Attempt, tuple[Basis, ...]]:
    """Hand in a paper; it is judged once.

    Raises:
        AttemptNotFound: no such attempt of the caller's.
        ActionNotAvailable: it was judged before.
        RulesBroken: a question is unanswered, or an answer is not of this paper.
        StaleVersion: it was handed in twice at once; this is the later one.
    """
    attempt = await store.get(tx, attempt_id, actor.person_id)
    policy = desk.installation.policies.of(attempt.cycle)
    judged = attempt.as_paper(questions_of(desk, attempt), answers)
    move = decide(STEPS, judged, Action.ANSWER, actor, policy.articles)
    table = Attempt.__table__
    assert isinstance(table, Table)
    happened = TestPassed if move.after == State.PASSED else TestFailed
    event = happened(person_id=attempt.person_id, cycle=attempt.cycle, score=judged.score)
    changes = {"score": judged.score, "answers": answers, "judged_at": desk.moment.instant}
    await transition.take(tx, table, move, actor=actor, moment=desk.moment, event=event, changes=changes)
    await tx.refresh(attempt)
    return attempt, move.basis


def questions_of(desk: Desk, attempt: Attempt) -> list[Question]:
    """The questions of an attempt as they were drawn.

    Of a paper judged before the policy's questions changed, those that are still asked.

    Raises:
        QuestionsChanged: the paper is open and its questions are no longer in the policy.
    """
    rules = desk.installation.policies.of(attempt.cycle).learning
    drawn = paper.redrawn(rules, attempt.seed, attempt.question_ids)
    if drawn is not None:
        return drawn
    if attempt.state == State.OPEN:
        raise QuestionsChanged
    return [found for key in attempt.question_ids if (found := rules.question(key))]


def _drawn(rules: LearningRules) -> dict[str, Any]:
    """The columns of a newly drawn paper."""
    seed = paper.new_seed()
    questions = [question.id for question in paper.draw(rules, seed)]
    return {"seed": seed, "question_ids": questions, "pass_mark": rules.paper.pass_mark}


async def _tell(tx: AsyncSession, desk: Desk, actor: Actor, attempt_id: UUID, basis: Basis) -> None:
    table = Attempt.__table__
    assert isinstance(table, Table)
    await transition.begin(
        tx,
        table,
        subject_id=attempt_id,
        state=State.OPEN,
        actor=actor,
        moment=desk.moment,
        organisation_id=None,
        role=Role.APPLICANT,
        basis=(basis,),
    )
