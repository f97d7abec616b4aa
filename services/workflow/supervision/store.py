"""Queries on flags and findings, limited to the subtree of who supervises; whom a finding concerns reads it too."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, case, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.workflow.supervision.errors import FindingNotFound, FlagNotFound
from services.workflow.supervision.model import Finding, FlaggedApproval, ReviewFlag
from services.workflow.supervision.states import FindingState, FlagState
from services.workflow.supervision.steps import CONCERNED, OVERSEERS


def visible(actor: Actor) -> ColumnElement[bool]:
    """Flags at the caller's organisations and below."""
    below: ColumnElement[bool] = ReviewFlag.lineage.overlap(actor.organisation_ids(*OVERSEERS))
    return below


def flags(actor: Actor, state: FlagState | None, organisation_id: UUID | None) -> Select[ReviewFlag]:
    """The flags that the caller may see."""
    query = select(ReviewFlag).where(visible(actor))
    if state is not None:
        query = query.where(ReviewFlag.state == state)
    if organisation_id is not None:
        query = query.where(ReviewFlag.lineage.contains([organisation_id]))
    return query


async def flag(tx: AsyncSession, flag_id: UUID, actor: Actor) -> ReviewFlag:
    """One flag.

    Raises:
        FlagNotFound: there is none by that id in the caller's subtree.
    """
    found: ReviewFlag | None = await tx.scalar(
        select(ReviewFlag).where(ReviewFlag.id == flag_id, visible(actor))
    )
    if found is None:
        raise FlagNotFound(field="flag_id")
    return found


def approvals(flag_id: UUID) -> Select[FlaggedApproval]:
    """What a flag rests on."""
    return select(FlaggedApproval).where(FlaggedApproval.flag_id == flag_id)


async def flagged(tx: AsyncSession, flag_id: UUID) -> set[UUID]:
    """The declarations whose approvals a flag rests on."""
    wanted = select(FlaggedApproval.declaration_id).where(FlaggedApproval.flag_id == flag_id)
    return set(await tx.scalars(wanted))


async def figures(tx: AsyncSession, flag_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """The figures of several flags, in one question."""
    every = (
        select(
            FlaggedApproval.flag_id,
            func.count().label("approvals"),
            func.min(FlaggedApproval.seconds).label("shortest_seconds"),
            func.max(FlaggedApproval.approvals).label("most_in_window"),
            func.max(FlaggedApproval.approved_at).label("last_at"),
        )
        .where(FlaggedApproval.flag_id.in_(flag_ids))
        .group_by(FlaggedApproval.flag_id)
    )
    return {each["flag_id"]: dict(each) for each in (await tx.execute(every)).mappings()}


def findings(actor: Actor, state: FindingState | None, organisation_id: UUID | None) -> Select[Finding]:
    """The findings that the caller made, oversees or has to answer."""
    query = select(Finding).where(_told(actor))
    if state is not None:
        query = query.where(Finding.state == state)
    if organisation_id is not None:
        query = query.where(Finding.lineage.contains([organisation_id]))
    return query


def _told(actor: Actor) -> ColumnElement[bool]:
    below = Finding.lineage.overlap(actor.organisation_ids(*OVERSEERS))
    return or_(below, Finding.organisation_id.in_(actor.organisation_ids(*CONCERNED)))


async def finding(tx: AsyncSession, finding_id: UUID, actor: Actor) -> Finding:
    """One finding.

    Raises:
        FindingNotFound: there is none by that id in the caller's reach.
    """
    found: Finding | None = await tx.scalar(select(Finding).where(Finding.id == finding_id, _told(actor)))
    if found is None:
        raise FindingNotFound(field="finding_id")
    return found


async def any_finding(tx: AsyncSession, finding_id: UUID) -> Finding:
    """One finding, for the platform itself."""
    return await tx.get_one(Finding, finding_id)


async def overdue(tx: AsyncSession, today: date, after: UUID, at_most: int) -> list[UUID]:
    """The next findings after an id that are not answered, or not decided on, by their day, and were not told above."""
    ordered, answered = (
        literal(each.value, String, literal_execute=True)
        for each in (FindingState.ORDERED, FindingState.ANSWERED)
    )
    awaited = case((Finding.state == ordered, Finding.due_on), else_=Finding.decide_by)
    wanted = select(Finding.id).where(
        Finding.state.in_([ordered, answered]),
        Finding.escalated_on.is_(None),
        awaited < today,
        Finding.id > after,
    )
    return list(await tx.scalars(wanted.order_by(Finding.id).limit(at_most)))
