"""Beginning an attempt at the online test, saving answers, and handing it in; and what may not come before it."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.installation import Desk
from services.accounts.learning import judging, paper, store
from services.accounts.learning.errors import (
    AlreadyPassed,
    ApplicantsOnly,
    AttemptsUsedUp,
    PauseBetweenTests,
    TestNotPassed,
    TimeUp,
)
from services.accounts.learning.model import Attempt
from services.accounts.learning.policy import PaperRules
from services.accounts.learning.rules import answers_belong_to_paper
from services.accounts.learning.states import Action, Chosen, State
from services.accounts.person import store as people
from services.accounts.policy import Policy
from services.accounts.question_bank import service as banks
from services.kit import transition
from services.kit.auth import Actor
from services.kit.clock import SHANGHAI
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import StaleVersion, refuse_broken


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

    An open paper whose time is up is judged first; where what was saved passes, it is the answer.

    Raises:
        NoSuchCycle: there is no policy for that year.
        ApplicantsOnly: the caller is no applicant.
        AlreadyPassed: once is enough.
        PauseBetweenTests, AttemptsUsedUp: too soon, or too often today.
    """
    policy = desk.installation.policies.of(cycle)
    basis = policy.articles["online_test"]
    if actor.person_id is None or authorization.own_seat(actor, actor.person_id) is None:
        raise ApplicantsOnly(basis=(basis,))
    person = await people.get(tx, actor.person_id, seen_by=actor)
    await store.take_turn(tx, person.id, cycle)
    if (await store.standing(tx, person.id, cycle)).passed:
        raise AlreadyPassed(cycle=cycle, field="cycle", basis=(basis,))
    attempt = await store.open_one(tx, person.id, cycle)
    if attempt is not None and attempt.time_is_up(desk.moment.instant):
        await judging.close(tx, desk, attempt)
        attempt = attempt if attempt.state == State.PASSED else None
    if attempt is None:
        await _refuse_too_often(tx, desk, person.id, policy, basis)
        attempt = await _draw(tx, desk, actor, person.id, person.lineage, policy, basis)
    return attempt, basis


async def save(
    tx: AsyncSession, desk: Desk, actor: Actor, attempt_id: UUID, answers: Chosen
) -> tuple[Attempt, Basis]:
    """Keep answers given so far; an empty choice takes one back. Nothing is judged.

    Raises:
        AttemptNotFound: no such attempt of the caller's.
        TimeUp: its time is up, or it was judged.
        RulesBroken: an answer is not of this paper.
    """
    attempt = await store.lock(tx, attempt_id, actor.person_id)
    policy = desk.installation.policies.of(attempt.cycle)
    basis = policy.articles["online_test"]
    if attempt.state != State.OPEN or attempt.time_is_up(desk.moment.instant):
        raise TimeUp(field="answers", basis=(basis,))
    judged = attempt.as_paper(await judging.questions_of(tx, desk, attempt), answers)
    refuse_broken(Action.SAVE, (answers_belong_to_paper,), judged, policy.articles)
    attempt.answers = _merged(attempt.saved, answers)
    await tx.flush()
    return attempt, basis


async def answer(
    tx: AsyncSession, desk: Desk, actor: Actor, attempt_id: UUID, answers: Chosen
) -> tuple[Attempt, tuple[Basis, ...]]:
    """Hand in a paper, what was saved and these; it is judged once. Too late, what was saved in time is judged.

    Raises:
        AttemptNotFound: no such attempt of the caller's.
        ActionNotAvailable: it was judged before.
        RulesBroken: a question is unanswered, or an answer is not of this paper.
    """
    attempt = await store.lock(tx, attempt_id, actor.person_id)
    if attempt.time_is_up(desk.moment.instant):
        return attempt, await judging.close(tx, desk, attempt)
    given = _merged(attempt.saved, answers)
    return attempt, await judging.judge(tx, desk, attempt, Action.ANSWER, actor, given)


async def seen(tx: AsyncSession, desk: Desk, actor: Actor, attempt_id: UUID) -> Attempt:
    """An attempt of the caller's own; one whose time is up is judged on the way.

    Raises:
        AttemptNotFound: no such attempt of the caller's.
    """
    attempt = await store.get(tx, attempt_id, actor.person_id)
    if attempt.time_is_up(desk.moment.instant):
        attempt = await store.lock(tx, attempt_id, actor.person_id)
        if attempt.state == State.OPEN:
            await judging.close(tx, desk, attempt)
    return attempt


def _merged(saved: Chosen, more: Chosen) -> dict[str, list[str]]:
    return {key: sorted(set(given)) for key, given in {**saved, **more}.items() if given}


async def _refuse_too_often(
    tx: AsyncSession, desk: Desk, person_id: UUID, policy: Policy, basis: Basis
) -> None:
    rules, now = policy.learning.paper, desk.moment.instant
    day_began = datetime.combine(desk.moment.today, time(), SHANGHAI)
    tries = await store.tries(tx, person_id, policy.year, day_began)
    if rules.attempts_per_day and tries.today >= rules.attempts_per_day:
        raise AttemptsUsedUp(most=rules.attempts_per_day, field="cycle", basis=(basis,))
    if tries.judged_at is None:
        return
    wait = tries.judged_at + timedelta(minutes=rules.pause_minutes) - now
    if wait > timedelta():
        seconds = int(wait.total_seconds()) + 1
        raise PauseBetweenTests(minutes=rules.pause_minutes, seconds=seconds, field="cycle", basis=(basis,))


async def _draw(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    person_id: UUID,
    lineage: list[UUID],
    policy: Policy,
    basis: Basis,
) -> Attempt:
    """A new paper from the questions in use."""
    bank, rules, seed = await banks.in_use(tx, desk, policy), policy.learning.paper, paper.new_seed()
    drawn = paper.draw(bank.every(), rules, seed)
    values = {
        **_timed(desk, rules),
        "id": new_id(),
        "province": desk.installation.province,
        "person_id": person_id,
        "cycle": policy.year,
        "bank_id": bank.id,
        "seed": seed,
        "question_ids": [question.id for question in drawn],
        "state": State.OPEN,
        "lineage": lineage,
    }
    if await store.add(tx, values):
        await _tell(tx, desk, actor, values["id"], basis)
    attempt = await store.open_one(tx, person_id, policy.year)
    if attempt is None:
        raise StaleVersion(field="cycle")
    return attempt


def _timed(desk: Desk, rules: PaperRules) -> Mapping[str, Any]:
    begun_at = desk.moment.instant
    expires_at = begun_at + timedelta(minutes=rules.minutes)
    return {"begun_at": begun_at, "expires_at": expires_at, "pass_mark": rules.pass_mark, "answers": {}}


async def _tell(tx: AsyncSession, desk: Desk, actor: Actor, attempt_id: UUID, basis: Basis) -> None:
    await transition.begin(
        tx,
        judging.table(),
        subject_id=attempt_id,
        state=State.OPEN,
        actor=actor,
        moment=desk.moment,
        organisation_id=None,
        role=authorization.OWN,
        basis=(basis,),
    )
