"""Importing versions of the questions, publishing one in place of another, and which one papers are drawn from."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import SYSTEM, Act
from services.accounts.contract import QuestionsMoved
from services.accounts.installation import Desk
from services.accounts.policy import Policy
from services.accounts.question_bank import store
from services.accounts.question_bank.errors import SameQuestions
from services.accounts.question_bank.links import SHEETS
from services.accounts.question_bank.model import QuestionBank
from services.accounts.question_bank.question import Question
from services.accounts.question_bank.rules import CHECKS
from services.accounts.question_bank.states import Action, Bank, Source, State
from services.accounts.question_bank.steps import STEPS
from services.kit import outbox, transition
from services.kit.auth import Actor
from services.kit.db import encode_json
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import decide, refuse_broken

POLICY_TITLE = "政策文件自带试题"


async def in_use(tx: AsyncSession, desk: Desk, policy: Policy) -> QuestionBank:
    """The version that a cycle's papers are drawn from: the one published, or the policy file's.

    A policy file's questions become a version when they are first needed, and another when the file has changed; what
    was published by the title office stays, whatever the file says.
    """
    province, questions = desk.installation.province, policy.learning.questions
    found = await store.in_use(tx, province, policy.year)
    if found is not None and _goes_on(found, questions):
        return found
    await store.lock(tx, province, policy.year)
    found = await store.in_use(tx, province, policy.year)
    if found is not None:
        if _goes_on(found, questions):
            return found
        await _retire(tx, desk, policy, found, SYSTEM)
    return await _add(tx, desk, policy, SYSTEM, Source.POLICY, POLICY_TITLE, questions)


async def read(tx: AsyncSession, desk: Desk, actor: Actor, bank_id: UUID) -> QuestionBank:
    """A version with its answers, for the title office alone.

    Raises:
        RoleMissing: the caller is not of the provincial title office.
        BankNotFound: there is none.
    """
    await require_office(tx, desk, actor)
    return await store.get(tx, bank_id)


async def take_in(
    tx: AsyncSession, desk: Desk, actor: Actor, cycle: int, title: str, questions: list[Question]
) -> tuple[QuestionBank, Basis]:
    """A new version, as a draft.

    Raises:
        RoleMissing: the caller is not of the provincial title office.
        NoSuchCycle: there is no policy for that year.
        RulesBroken: questions cannot be asked as they are; every fault is named, and nothing is taken in.
        SameQuestions: they are there as another version.
    """
    lineage = await require_office(tx, desk, actor)
    policy = desk.installation.policies.of(cycle)
    paper = policy.learning.paper
    judged = Bank(new_id(), State.DRAFT, 1, lineage, questions, paper.questions, paper.by_topic)
    refuse_broken(Action.IMPORT, CHECKS, judged, policy.articles)
    await in_use(tx, desk, policy)
    await store.lock(tx, desk.installation.province, cycle)
    number = await store.same(tx, desk.installation.province, cycle, _digest(questions))
    if number is not None:
        raise SameQuestions(number=number, field="questions")
    bank = await _add(tx, desk, policy, actor, Source.IMPORT, title, questions)
    return bank, policy.articles["online_test"]


async def sheet_link(
    tx: AsyncSession, desk: Desk, actor: Actor, cycle: int, title: str
) -> tuple[str, datetime, Basis]:
    """The path of a link to which a sheet is sent, when it ends, and the article.

    Raises:
        RoleMissing: the caller is not of the provincial title office.
        NoSuchCycle: there is no policy for that year.
    """
    policy, basis = desk.installation.policies.of(cycle), desk.policy.articles["online_test"]
    lineage = await store.root_of(tx, desk.installation.province)
    seat = authorization.require(Act.MANAGE_QUESTIONS, actor, lineage, basis)
    minutes = desk.policy.intake.limits.link_minutes
    what = {"cycle": policy.year, "title": title, "seat": seat}
    url, ends = SHEETS.issue(desk.installation.sealer, actor, minutes, **what)
    return url, ends, basis


async def act(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    bank_id: UUID,
    action: Action,
    version: int | None,
    note: str | None,
) -> tuple[QuestionBank, tuple[Basis, ...]]:
    """Publish a version, which retires the one in use, or drop a draft. Papers begun before keep their questions.

    Raises:
        RoleMissing: the caller is not of the provincial title office.
        BankNotFound, ActionNotAvailable, RulesBroken, StaleVersion: as the steps say.
    """
    await require_office(tx, desk, actor)
    bank = await store.get(tx, bank_id)
    await store.lock(tx, bank.province, bank.cycle)
    bank = await store.get(tx, bank_id)
    policy = desk.installation.policies.of(bank.cycle)
    move = decide(STEPS, _judged(bank, policy), action, actor, policy.articles, version=version)
    present = await store.in_use(tx, bank.province, bank.cycle)
    if move.after == State.PUBLISHED and present is not None:
        await _retire(tx, desk, policy, present, actor)
    published = {"published_at": desk.moment.instant} if move.after == State.PUBLISHED else {}
    event = _event(bank, move.after)
    await transition.take(
        tx, _table(), move, actor=actor, moment=desk.moment, event=event, changes=published, note=note
    )
    await tx.refresh(bank)
    return bank, move.basis


async def require_office(tx: AsyncSession, desk: Desk, actor: Actor) -> list[UUID]:
    """The root that the questions belong to, where the caller is its title officer.

    Raises:
        RoleMissing: he or she is not.
    """
    lineage = await store.root_of(tx, desk.installation.province)
    authorization.require(Act.MANAGE_QUESTIONS, actor, lineage, desk.policy.articles["online_test"])
    return lineage


def _goes_on(bank: QuestionBank, of_policy: list[Question]) -> bool:
    return bank.source != Source.POLICY or bank.digest == _digest(of_policy)


def _digest(questions: list[Question]) -> bytes:
    return hashlib.sha256(encode_json([each.model_dump(mode="json") for each in questions]).encode()).digest()


def _judged(bank: QuestionBank, policy: Policy, *, replaced: bool = False) -> Bank:
    paper = policy.learning.paper
    return bank.as_bank(at_least=paper.questions, by_topic=paper.by_topic, replaced=replaced)


def _event(bank: QuestionBank, state: str) -> QuestionsMoved:
    return QuestionsMoved(bank_id=bank.id, cycle=bank.cycle, number=bank.number, state=state)


async def _retire(tx: AsyncSession, desk: Desk, policy: Policy, bank: QuestionBank, actor: Actor) -> None:
    """Take the version in use out of use; another takes its place in the same transaction."""
    move = decide(STEPS, _judged(bank, policy, replaced=True), Action.RETIRE, actor, policy.articles)
    event = _event(bank, move.after)
    await transition.take(tx, _table(), move, actor=actor, moment=desk.moment, event=event)


async def _add(
    tx: AsyncSession,
    desk: Desk,
    policy: Policy,
    actor: Actor,
    source: Source,
    title: str,
    questions: list[Question],
) -> QuestionBank:
    """A new version: a draft, or from the policy file one in use."""
    province, lineage = desk.installation.province, await store.root_of(tx, desk.installation.province)
    from_policy = source is Source.POLICY
    bank = QuestionBank(
        id=new_id(),
        province=province,
        cycle=policy.year,
        number=await store.next_number(tx, province, policy.year),
        title=title,
        source=source,
        questions=[each.model_dump(mode="json") for each in questions],
        digest=_digest(questions),
        state=State.PUBLISHED if from_policy else State.DRAFT,
        published_at=desk.moment.instant if from_policy else None,
        lineage=lineage,
    )
    tx.add(bank)
    await tx.flush()
    told: dict[str, Any] = {
        "subject_id": bank.id,
        "state": bank.state,
        "organisation_id": next(iter(lineage), None),
    }
    basis = (policy.articles["online_test"],)
    await transition.begin(
        tx, _table(), actor=actor, moment=desk.moment, action=Action.IMPORT, basis=basis, **told
    )
    await outbox.publish(tx, _event(bank, bank.state), desk.moment)
    return bank


def _table() -> Table:
    table = QuestionBank.__table__
    assert isinstance(table, Table)
    return table
