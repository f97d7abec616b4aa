"""Judging papers by the version of the questions they were drawn from, and closing those whose time is up."""

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.authorization import SYSTEM
from services.accounts.contract import TestFailed, TestPassed
from services.accounts.installation import Desk, Installation
from services.accounts.learning import paper, store
from services.accounts.learning.model import Attempt
from services.accounts.learning.states import Action, Chosen, State
from services.accounts.learning.steps import STEPS
from services.accounts.question_bank import store as banks
from services.accounts.question_bank.question import Question
from services.kit import clock, transition
from services.kit.auth import Actor
from services.kit.db import Database
from services.kit.errors import Basis
from services.kit.steps import decide

BATCH = 100


async def questions_of(tx: AsyncSession, desk: Desk, attempt: Attempt) -> list[Question]:
    """The questions of an attempt as they were drawn; newer versions do not touch it.

    Of a paper from before there were versions, those that the policy file still has.
    """
    if attempt.bank_id is None:
        known = desk.installation.policies.of(attempt.cycle).learning.questions
    else:
        known = (await banks.get(tx, attempt.bank_id)).every()
    return paper.drawn_again(known, attempt.question_ids, attempt.seed)


async def judge(
    tx: AsyncSession, desk: Desk, attempt: Attempt, action: Action, actor: Actor, answers: Chosen
) -> tuple[Basis, ...]:
    """Take the step that ends an attempt, with its event.

    Raises:
        ActionNotAvailable: it was judged before.
        RulesBroken: the paper may not be handed in like this.
    """
    judged = attempt.as_paper(await questions_of(tx, desk, attempt), answers)
    articles = desk.installation.policies.of(attempt.cycle).articles
    move = decide(STEPS, judged, action, actor, articles)
    happened = TestPassed if move.after == State.PASSED else TestFailed
    event = happened(person_id=attempt.person_id, cycle=attempt.cycle, score=judged.score)
    ended = attempt.expires_at if action is Action.TIME_UP else None
    changes = {"score": judged.score, "answers": dict(answers), "judged_at": ended or desk.moment.instant}
    await transition.take(tx, table(), move, actor=actor, moment=desk.moment, event=event, changes=changes)
    await tx.refresh(attempt)
    return move.basis


async def close(tx: AsyncSession, desk: Desk, attempt: Attempt) -> tuple[Basis, ...]:
    """Judge a paper whose time is up by what was saved, as of the end of its time."""
    return await judge(tx, desk, attempt, Action.TIME_UP, SYSTEM, attempt.saved)


async def close_overdue(tx: AsyncSession, desk: Desk) -> int:
    """Judge papers whose time is up; how many."""
    found = await store.overdue(tx, desk.moment.instant, BATCH)
    for attempt in found:
        await close(tx, desk, attempt)
    return len(found)


async def sweep(database: Database, installation: Installation, *, simulated: bool) -> int:
    """Close what is overdue; how many. Any number of replicas may: each paper is judged by one of them."""
    async with database.begin() as tx:
        moment = await clock.now(tx, simulated=simulated)
        return await close_overdue(tx, Desk(installation, moment))


def table() -> Table:
    """The table of attempts."""
    found = Attempt.__table__
    assert isinstance(found, Table)
    return found
