"""Queries on cases and the archive, limited to who handles them and whom they concern."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.kit.transition import history
from services.workflow.certificate.model import Certificate
from services.workflow.cycle.model import Cycle
from services.workflow.integrity.errors import CaseNotFound, RecordNotFound
from services.workflow.integrity.model import IntegrityCase, IntegrityRecord
from services.workflow.integrity.states import FOUND, INVESTIGATED, TOLD, CaseState, RecordKind
from services.workflow.integrity.steps import INVESTIGATORS

CASE = "CASE"


def visible(actor: Actor) -> ColumnElement[bool]:
    """Cases of units below the caller's, but for the caller's own: those are told once the person is to be heard."""
    below = IntegrityCase.lineage.overlap(actor.organisation_ids(*INVESTIGATORS))
    others = and_(below, IntegrityCase.account_id.is_distinct_from(actor.id))
    if actor.person_id is None:
        return others
    mine = and_(IntegrityCase.person_id == actor.person_id, IntegrityCase.state.in_(TOLD))
    return or_(mine, and_(others, IntegrityCase.person_id.is_distinct_from(actor.person_id)))


def cases(actor: Actor, state: CaseState | None, person_id: UUID | None) -> Select[IntegrityCase]:
    """The cases that the caller may see."""
    query = select(IntegrityCase).where(visible(actor))
    if person_id is not None:
        query = query.where(IntegrityCase.person_id == person_id)
    return query if state is None else query.where(IntegrityCase.state == state)


async def case(tx: AsyncSession, case_id: UUID, actor: Actor) -> IntegrityCase:
    """One case.

    Raises:
        CaseNotFound: there is none by that id in the caller's reach.
    """
    wanted = select(IntegrityCase).where(IntegrityCase.id == case_id, visible(actor))
    found: IntegrityCase | None = await tx.scalar(wanted)
    if found is None:
        raise CaseNotFound(field="case_id")
    return found


def charging(declaration_ids: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    """Cases about declarations, investigated or with misconduct found, in the columns of `declaration/hindrance.py`."""
    return select(
        literal(CASE).label("what"),
        IntegrityCase.declaration_id.label("id"),
        IntegrityCase.state,
        IntegrityCase.document_number,
        IntegrityCase.person_id,
        cast(null(), Date).label("begins"),
        cast(null(), Date).label("ends"),
        cast(null(), String).label("named"),
    ).where(
        IntegrityCase.declaration_id.in_(declaration_ids), IntegrityCase.state.in_((*INVESTIGATED, *FOUND))
    )


async def acted_on_case(tx: AsyncSession, case_id: UUID, actor: Actor) -> bool:
    """Whether the caller, or whom the caller acts for, has taken a step of the case."""
    steps = exists().where(history.c.subject_id == case_id, history.c.actor_id.in_(sorted(actor.answering)))
    return bool(await tx.scalar(select(steps)))


async def anonymous(tx: AsyncSession, since: datetime, number_key: str | None = None) -> int:
    """How many anonymous complaints there were since a moment, in all or of one number."""
    counted = select(func.count()).where(IntegrityCase.anonymous, IntegrityCase.opened_at > since)
    if number_key is not None:
        counted = counted.where(IntegrityCase.number_key == number_key)
    return await tx.scalar(counted) or 0


def untold(today: date, after: UUID, at_most: int) -> Select[UUID]:
    """The next cases after an id whose day is over and that nobody above was told of."""
    late = select(IntegrityCase.id).where(
        IntegrityCase.due_on.is_not(None),
        IntegrityCase.due_on < today,
        IntegrityCase.escalated_on.is_(None),
        IntegrityCase.id > after,
    )
    return late.order_by(IntegrityCase.id).limit(at_most)


async def province_of(tx: AsyncSession) -> UUID | None:
    """The body at the head of the province, as everything here is below it; None where there is nothing yet."""
    of_cycle = select(Cycle.lineage[1]).order_by(Cycle.year.desc()).limit(1)
    found: UUID | None = await tx.scalar(of_cycle)
    return found or await tx.scalar(select(Certificate.lineage[1]).limit(1))


def records(actor: Actor, person_id: UUID | None = None) -> Select[IntegrityRecord]:
    """The lines of the archive that the caller may read: those below, and the caller's own."""
    below = IntegrityRecord.lineage.overlap(actor.organisation_ids(*INVESTIGATORS))
    mine = false() if actor.person_id is None else IntegrityRecord.person_id == actor.person_id
    query = select(IntegrityRecord).where(or_(below, mine))
    return query if person_id is None else query.where(IntegrityRecord.person_id == person_id)


async def record(tx: AsyncSession, record_id: UUID, actor: Actor) -> IntegrityRecord:
    """One line of the archive.

    Raises:
        RecordNotFound: there is none by that id in the caller's reach.
    """
    found: IntegrityRecord | None = await tx.scalar(records(actor).where(IntegrityRecord.id == record_id))
    if found is None:
        raise RecordNotFound(field="record_id")
    return found


async def last_line(tx: AsyncSession, case_id: UUID) -> IntegrityRecord:
    """What the archive says of a case since its last line."""
    wanted = select(IntegrityRecord).where(IntegrityRecord.case_id == case_id)
    return (await tx.scalars(wanted.order_by(IntegrityRecord.id.desc()).limit(1))).one()


async def other_findings(tx: AsyncSession, found: IntegrityRecord) -> list[IntegrityRecord]:
    """The findings about the same person, or the same certificates, that stand, beside this one."""
    same: ColumnElement[bool] = IntegrityRecord.certificate_ids.overlap(found.certificate_ids)
    if found.person_id is not None:
        same = or_(same, IntegrityRecord.person_id == found.person_id)
    taken_back = select(IntegrityRecord.case_id).where(IntegrityRecord.kind == RecordKind.REVERSED, same)
    others = select(IntegrityRecord).where(
        same,
        IntegrityRecord.kind == RecordKind.FOUND,
        IntegrityRecord.case_id != found.case_id,
        IntegrityRecord.case_id.not_in(taken_back),
    )
    return list(await tx.scalars(others))
