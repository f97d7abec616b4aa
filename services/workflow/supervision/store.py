"""Queries on flags, limited to the subtree of who supervises."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.workflow.supervision.errors import FlagNotFound
from services.workflow.supervision.model import FlaggedApproval, ReviewFlag
from services.workflow.supervision.states import FlagState
from services.workflow.supervision.steps import OVERSEERS


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
