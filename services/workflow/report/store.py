"""Queries on reports, limited to who may check them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.workflow.report.errors import ReportNotFound
from services.workflow.report.model import Report
from services.workflow.report.states import ReportState
from services.workflow.report.steps import CHECKERS

CHECKING = Report.state == literal(ReportState.CHECKING.value, String, literal_execute=True)


def visible(actor: Actor) -> ColumnElement[bool]:
    """Reports on declarations of units below the caller's."""
    below: ColumnElement[bool] = Report.lineage.overlap(actor.organisation_ids(*CHECKERS))
    return below


def reports(actor: Actor, state: ReportState | None) -> Select[Report]:
    """The reports that the caller may check."""
    query = select(Report).where(visible(actor))
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


async def under_check(tx: AsyncSession, declaration_id: UUID) -> bool:
    """Whether a report against a declaration is being checked; who decides by it has locked the declaration."""
    wanted = exists().where(Report.declaration_id == declaration_id, CHECKING)
    return bool(await tx.scalar(select(wanted)))


async def held(tx: AsyncSession, declaration_ids: list[UUID]) -> set[UUID]:
    """Those of several declarations against which a report is being checked."""
    wanted = select(Report.declaration_id).where(Report.declaration_id.in_(declaration_ids), CHECKING)
    return set(await tx.scalars(wanted))


async def anonymous(tx: AsyncSession, since: datetime, declaration_id: UUID | None = None) -> int:
    """How many anonymous reports there were since a moment, in all or against one declaration."""
    counted = select(func.count()).where(Report.anonymous, Report.reported_at > since)
    if declaration_id is not None:
        counted = counted.where(Report.declaration_id == declaration_id)
    return await tx.scalar(counted) or 0
