"""Queries on reports, limited to who may check them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, String, and_, cast, exists, func, literal, null, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.kit.auth import Actor
from services.workflow.declaration.model import Declaration
from services.workflow.integrity.model import IntegrityCase
from services.workflow.integrity.states import ACQUITTED
from services.workflow.report.errors import ReportNotFound
from services.workflow.report.model import Report
from services.workflow.report.states import HOLDING, ReportState
from services.workflow.report.steps import CHECKERS
from services.workflow.supervision.involvement import involving

REPORT = "REPORT"
REPORTED = aliased(Declaration)
"""The declaration that was reported, beside the one that is asked about; made once: an alias costs milliseconds."""
HELD = Report.state.in_([literal(each.value, String, literal_execute=True) for each in HOLDING])

REFUTED = exists().where(IntegrityCase.source_id == Report.id, IntegrityCase.state.in_(ACQUITTED))
"""What was found true rests on a case in which nothing was found, or what was found was taken back."""


def visible(actor: Actor) -> ColumnElement[bool]:
    """Reports on declarations of units below the caller's."""
    below: ColumnElement[bool] = Report.lineage.overlap(actor.organisation_ids(*CHECKERS))
    return below


def reports(actor: Actor, state: ReportState | None) -> Select[Report]:
    """The reports that the caller may check: none on what the caller declares or has acted on."""
    query = select(Report).join(Declaration).where(visible(actor), ~involving(actor))
    return query if state is None else query.where(Report.state == state)


async def report(tx: AsyncSession, report_id: UUID, actor: Actor) -> Report:
    """One report.

    Raises:
        ReportNotFound: there is none by that id that the caller may check.
    """
    found: Report | None = await tx.scalar(select(Report).where(Report.id == report_id, visible(actor)))
    if found is None:
        raise ReportNotFound(field="report_id")
    return found


def untold(today: date, after: UUID, at_most: int) -> Select[UUID]:
    """The next reports after an id whose day is over and that nobody above was told of."""
    late = select(Report.id).where(
        Report.due_on.is_not(None), Report.due_on < today, Report.escalated_on.is_(None), Report.id > after
    )
    return late.order_by(Report.id).limit(at_most)


def holding(declaration_ids: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    """Those of several declarations that a report holds, and by what, in the columns of `declaration/hindrance.py`."""
    return _holding().where(Declaration.id.in_(declaration_ids))


def being_checked(declaration_ids: Sequence[UUID]) -> Select[UUID]:
    """Those of any number of declarations that wait for a report to be checked; no day runs for them meanwhile."""
    these = _holding().where(Declaration.id == func.any(declaration_ids))
    checked: Select[UUID] = these.having(func.max(Report.state) == ReportState.CHECKING).with_only_columns(
        Declaration.id
    )
    return checked


def _holding() -> Select[*tuple[Any, ...]]:
    """What is reported against somebody's declaration holds every declaration of the person in that cycle.

    Who withdraws and declares anew is not free of it. Once the case that rests on it was cleared or reversed, it holds nothing.
    """
    return (
        select(
            literal(REPORT).label("what"),
            Declaration.id,
            func.max(Report.state).label("state"),
            cast(null(), String).label("document_number"),
            Declaration.person_id,
            cast(null(), Date).label("begins"),
            cast(null(), Date).label("ends"),
            cast(null(), String).label("named"),
        )
        .join(
            REPORTED,
            and_(REPORTED.person_id == Declaration.person_id, REPORTED.cycle_id == Declaration.cycle_id),
        )
        .join(Report, and_(Report.declaration_id == REPORTED.id, HELD))
        .where(~REFUTED)
        .group_by(Declaration.id, Declaration.person_id)
    )


async def anonymous(tx: AsyncSession, since: datetime, declaration_id: UUID | None = None) -> int:
    """How many anonymous reports there were since a moment, in all or against one declaration."""
    counted = select(func.count()).where(Report.anonymous, Report.reported_at > since)
    if declaration_id is not None:
        counted = counted.where(Report.declaration_id == declaration_id)
    return await tx.scalar(counted) or 0
