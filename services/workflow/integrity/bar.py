"""Who is barred from declaring, from a day to a day, anywhere in the province (一（八）).

A bar is what the archive says: no job ends it. Whoever begins something for a person asks under a lock that the decision
takes for itself alone, so that what is begun at the same instant is either there for the decision to end, or refused.
"""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, exists, literal, null, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.declaration.model import Declaration
from services.workflow.integrity.errors import Barred
from services.workflow.integrity.model import IntegrityRecord
from services.workflow.integrity.states import Bar
from services.workflow.policy import NoticePolicy

SHARED = text("select pg_advisory_xact_lock_shared(hashtextextended('bar/' || cast(:id as text), 0))")
ALONE = text("select pg_advisory_xact_lock(hashtextextended('bar/' || cast(:id as text), 0))")
BAR = "BAR"
LATER = IntegrityRecord.__table__.alias("later")
OUTDATED = exists().where(LATER.c.case_id == IntegrityRecord.case_id, LATER.c.id > IntegrityRecord.id)
"""The archive says something else of the case since: it was taken back, or whose it is."""


async def require_not_barred(
    tx: AsyncSession, person_id: UUID, today: date, policy: NoticePolicy, field: str | None = None
) -> None:
    """Refuse who is barred today; until this transaction ends nobody decides on misconduct of the person.

    Raises:
        Barred: by a finding, whose document and article are told.
    """
    await tx.execute(SHARED, {"id": str(person_id)})
    bar = (await barred(tx, [person_id], today)).get(person_id)
    if bar is not None:
        raise Barred(
            document=bar.document_number,
            begins=bar.begins,
            ends=bar.ends,
            field=field,
            basis=[policy.articles["misconduct_barred"]],
        )


async def alone(tx: AsyncSession, person_id: UUID) -> None:
    """Let nothing be begun for the person until this transaction, which decides on misconduct, has ended."""
    await tx.execute(ALONE, {"id": str(person_id)})


async def barred(tx: AsyncSession, person_ids: Collection[UUID], today: date) -> dict[UUID, Bar]:
    """Those of several people who are barred on a day, each by the decision that bars longest."""
    wanted = (
        select(IntegrityRecord)
        .where(IntegrityRecord.person_id.in_(person_ids), *_on(today))
        .order_by(IntegrityRecord.bar_to)
    )
    return {each.person_id: each for each in map(_told, await tx.scalars(wanted))}


def barring(declaration_ids: Collection[UUID], today: date) -> Select[*tuple[Any, ...]]:
    """Bars on those who declare, in the columns of `declaration/hindrance.py`."""
    return (
        select(
            literal(BAR).label("what"),
            Declaration.id,
            cast(null(), String).label("state"),
            IntegrityRecord.document_number,
            IntegrityRecord.person_id,
            IntegrityRecord.bar_from.label("begins"),
            IntegrityRecord.bar_to.label("ends"),
            cast(null(), String).label("named"),
        )
        .join(IntegrityRecord, IntegrityRecord.person_id == Declaration.person_id)
        .where(Declaration.id.in_(declaration_ids), *_on(today))
    )


def _on(today: date) -> tuple[ColumnElement[bool], ...]:
    return IntegrityRecord.bar_from <= today, IntegrityRecord.bar_to >= today, ~OUTDATED


def _told(row: IntegrityRecord) -> Bar:
    assert row.person_id is not None
    assert row.bar_from is not None
    assert row.bar_to is not None
    return Bar(row.person_id, row.bar_from, row.bar_to, row.document_number)
