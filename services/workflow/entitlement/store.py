"""Lists of entitled people in the database: limited to the line of who keeps them, and to who guides that."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.workflow.cycle.model import Cycle
from services.workflow.entitlement.errors import ListNotFound
from services.workflow.entitlement.model import EntitlementEntry, EntitlementList
from services.workflow.entitlement.policy import Authority
from services.workflow.entitlement.states import ListAction, ListState

LATER = aliased(EntitlementEntry)
"""What was entered on the same list afterwards."""
READERS = (Role.ORGANISATION_MANAGER, Role.REVIEWER, Role.TITLE_OFFICER, Role.SUPERVISOR)
"""Who reads lists at the authority that keeps them, above it, and at the one that guides it."""


def visible(actor: Actor, guide: Authority) -> ColumnElement[bool]:
    """All for who guides the authorities, else those on the line of the caller's seats."""
    if guide.seat(actor, *READERS) is not None:
        return true()
    lineage: Any = EntitlementList.lineage
    below: ColumnElement[bool] = lineage.overlap(actor.organisation_ids(*READERS))
    return below


def lists(actor: Actor, guide: Authority, cycle_id: UUID | None) -> Select[EntitlementList]:
    """The lists that the viewer may read."""
    query = select(EntitlementList).where(visible(actor, guide))
    return query if cycle_id is None else query.where(EntitlementList.cycle_id == cycle_id)


async def seen(
    tx: AsyncSession, list_id: UUID, actor: Actor, guide: Authority, *, locked: bool = False
) -> EntitlementList:
    """A list; `locked`: nobody changes it until this transaction ends.

    Raises:
        ListNotFound: there is none by that id, or it is out of the viewer's scope.
    """
    query = select(EntitlementList).where(EntitlementList.id == list_id, visible(actor, guide))
    query = query.execution_options(populate_existing=True)
    found: EntitlementList | None = await tx.scalar(query.with_for_update() if locked else query)
    if found is None:
        raise ListNotFound(field="list_id")
    return found


def entries(list_id: UUID) -> Select[EntitlementEntry]:
    """Everything that was entered on a list."""
    return select(EntitlementEntry).where(EntitlementEntry.list_id == list_id)


async def still_listed(tx: AsyncSession, found: Sequence[EntitlementEntry]) -> set[UUID]:
    """Which of these entries hold: the additions that are the last entries of their persons on their lists."""
    ids = [each.id for each in found]
    holding = select(EntitlementEntry.id).where(EntitlementEntry.id.in_(ids), _holds())
    return set(await tx.scalars(holding))


def _holds() -> ColumnElement[bool]:
    outdone = select(LATER.id).where(
        LATER.person_id == EntitlementEntry.person_id,
        LATER.list_id == EntitlementEntry.list_id,
        LATER.id > EntitlementEntry.id,
    )
    added: ColumnElement[bool] = EntitlementEntry.action == ListAction.ADD
    return added & ~outdone.exists()


async def how_many(tx: AsyncSession, list_id: UUID, person_id: UUID | None = None) -> int:
    """How many people are on a list; or whether one is."""
    query = select(func.count()).where(EntitlementEntry.list_id == list_id, _holds())
    if person_id is not None:
        query = query.where(EntitlementEntry.person_id == person_id)
    return await tx.scalar(query) or 0


async def of_person(tx: AsyncSession, province: str, year: int, person_id: UUID) -> list[EntitlementList]:
    """The published lists of a year that a person is on, earliest first."""
    query = (
        select(EntitlementList)
        .join(EntitlementEntry, EntitlementEntry.list_id == EntitlementList.id)
        .join(Cycle, Cycle.id == EntitlementList.cycle_id)
        .where(
            EntitlementEntry.person_id == person_id,
            _holds(),
            EntitlementList.state == ListState.PUBLISHED,
            Cycle.year == year,
            Cycle.province == province,
        )
        .order_by(EntitlementList.id)
    )
    return list(await tx.scalars(query))


async def name_on(tx: AsyncSession, list_id: UUID, person_id: UUID) -> str | None:
    """By which name a person was entered on a list last."""
    query = select(EntitlementEntry.person_name).where(
        EntitlementEntry.person_id == person_id, EntitlementEntry.list_id == list_id
    )
    found: str | None = await tx.scalar(query.order_by(EntitlementEntry.id.desc()).limit(1))
    return found
