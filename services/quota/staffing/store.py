"""Reading and writing the staffing ledger; whatever is read for a caller is limited to what the caller may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, any_, false, literal, or_, select, true
from sqlalchemy import insert as insert_into
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.kit.auth import Actor
from services.kit.ids import new_id
from services.quota.contract import PostPool, TitleLevel
from services.quota.contract import StaffingCause as Cause
from services.quota.contract import StaffingMeasure as Measure
from services.quota.readers import READERS
from services.quota.staffing.effects import Entry
from services.quota.staffing.errors import BookNotFound, MemberNotFound, MovementNotFound
from services.quota.staffing.model import (
    StaffingBook,
    StaffingEntry,
    StaffingMovement,
    StaffMember,
    staffing_entry,
    staffing_movement,
)
from services.quota.staffing.standing import Place, Step

_reversal = aliased(StaffingMovement)
IS_REVERSED = select(_reversal.id).where(_reversal.reverses_id == StaffingMovement.id).exists()
LIVE = StaffingMovement.reverses_id.is_(None) & ~IS_REVERSED
"""Movements that stand: neither a reversal nor reversed."""


def among(column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """That a column holds one of many values: one parameter however many they are."""
    return cast("ColumnElement[bool]", column == any_(literal(list(values), ARRAY(column.type))))


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which books the caller may see."""
    if actor.kind == "service":
        return true()
    mine = actor.organisation_ids(*READERS)
    return StaffingBook.lineage.overlap(mine) if mine else false()


async def require_visible(tx: AsyncSession, unit_id: UUID, actor: Actor) -> None:
    """Refuse unless the caller works at the unit itself in a role that reads, or sees its book from above.

    Raises:
        BookNotFound: neither.
    """
    if actor.kind == "service" or unit_id in actor.organisation_ids(*READERS):
        return
    seen = select(StaffingBook.id).where(StaffingBook.unit_id == unit_id, visible(actor))
    if await tx.scalar(seen) is None:
        raise BookNotFound(field="unit_id")


async def lock(tx: AsyncSession, unit_id: UUID, lineage: Sequence[UUID], province: str) -> None:
    """Nobody else writes into the unit's book until the transaction ends; it is begun where there was none.

    Read after it, in a statement of its own: only that one sees what the last holder committed.
    """
    row = insert(StaffingBook).values(id=new_id(), province=province, unit_id=unit_id, lineage=list(lineage))
    await tx.execute(row.on_conflict_do_nothing(index_elements=["unit_id"]))
    await tx.execute(select(StaffingBook.id).where(StaffingBook.unit_id == unit_id).with_for_update())


async def member(tx: AsyncSession, unit_id: UUID, member_id: UUID) -> StaffMember:
    """Somebody of the unit's ledger.

    Raises:
        MemberNotFound: the unit's ledger does not know the id.
    """
    mine = select(StaffMember).where(StaffMember.id == member_id, StaffMember.unit_id == unit_id)
    found: StaffMember | None = await tx.scalar(mine)
    if found is None:
        raise MemberNotFound(field="member.id")
    return found


async def member_seen(tx: AsyncSession, member_id: UUID, actor: Actor) -> StaffMember:
    """Somebody of a ledger that the caller may see.

    Raises:
        MemberNotFound: unknown, or out of the caller's sight.
    """
    mine = select(StaffMember).join(StaffingBook, StaffingBook.unit_id == StaffMember.unit_id)
    found: StaffMember | None = await tx.scalar(mine.where(StaffMember.id == member_id, visible(actor)))
    if found is None:
        raise MemberNotFound(field="member_id")
    return found


async def members_like(
    tx: AsyncSession, unit_id: UUID, person_ids: Collection[UUID], names: Collection[str]
) -> list[StaffMember]:
    """People of the unit's ledger by account or name."""
    like = or_(among(StaffMember.person_id, person_ids), among(StaffMember.name, names))
    return list(await tx.scalars(select(StaffMember).where(StaffMember.unit_id == unit_id, like)))


async def members_by_id(tx: AsyncSession, member_ids: Collection[UUID]) -> dict[UUID, StaffMember]:
    """People by id."""
    chosen = select(StaffMember).where(among(StaffMember.id, member_ids))
    return {each.id: each for each in await tx.scalars(chosen)}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What stands of a person: the steps in their order, and when the latest was."""

    steps: tuple[Step, ...] = ()

    @property
    def last_on(self) -> date | None:
        """The date of the latest."""
        return self.steps[-1].on_date if self.steps else None


async def steps_of(
    tx: AsyncSession, member_ids: Collection[UUID], *, on: date | None = None
) -> dict[UUID, Recorded]:
    """The movements of people that stand, up to a day; people without any have none."""
    chosen = select(StaffingMovement).where(among(StaffingMovement.member_id, member_ids), LIVE)
    if on is not None:
        chosen = chosen.where(StaffingMovement.on_date <= on)
    found: dict[UUID, list[Step]] = {each: [] for each in member_ids}
    for row in await tx.scalars(chosen.order_by(StaffingMovement.seq)):
        assert row.member_id is not None
        found[row.member_id].append(step_of(row))
    return {each: Recorded(tuple(steps)) for each, steps in found.items()}


def step_of(row: StaffingMovement) -> Step:
    """A movement as far as it matters for where its person stands."""
    return Step(
        id=row.id,
        cause=Cause(row.cause),
        on_date=row.on_date,
        pool=PostPool(row.pool),
        level=TitleLevel(row.level) if row.level else None,
        title=row.title,
        post_grade=row.post_grade,
        since=row.since,
        by_examination=row.by_examination,
        takes_post=row.takes_post,
    )


async def plans_of(
    tx: AsyncSession, unit_id: UUID, *, on: date | None = None
) -> dict[Place, StaffingMovement]:
    """The latest plan, up to a day, of every level of the unit that has one."""
    mine = select(StaffingMovement).where(
        StaffingMovement.unit_id == unit_id, StaffingMovement.cause == Cause.PLAN_SET, LIVE
    )
    if on is not None:
        mine = mine.where(StaffingMovement.on_date <= on)
    found = await tx.scalars(mine.order_by(StaffingMovement.seq))
    return {(PostPool(each.pool), TitleLevel(str(each.level))): each for each in found}


@dataclass(frozen=True, slots=True)
class Written:
    """A movement to be kept, with its entries; those of a reversal keep the cause of what it takes back."""

    movement: Mapping[str, Any]
    entries: Sequence[Entry]
    cause: Cause


async def add(tx: AsyncSession, written: Sequence[Written]) -> None:
    """Keep movements with their entries, however many, in two statements."""
    rows = [
        {
            "movement_id": each.movement["id"],
            "unit_id": each.movement["unit_id"],
            "member_id": each.movement["member_id"],
            "on_date": each.movement["on_date"],
            "cause": each.cause,
            "pool": entry.pool,
            "measure": entry.measure,
            "level": entry.level,
            "delta": entry.delta,
        }
        for each in written
        for entry in each.entries
    ]
    if written:
        await tx.execute(insert_into(staffing_movement), [each.movement for each in written])
    if rows:
        await tx.execute(insert_into(staffing_entry), rows)


async def movement(tx: AsyncSession, movement_id: UUID, actor: Actor) -> StaffingMovement:
    """A movement the caller may see.

    Raises:
        MovementNotFound: unknown, or out of the caller's sight.
    """
    mine = select(StaffingMovement).join(StaffingBook, StaffingBook.unit_id == StaffingMovement.unit_id)
    found: StaffingMovement | None = await tx.scalar(
        mine.where(StaffingMovement.id == movement_id, visible(actor))
    )
    if found is None:
        raise MovementNotFound(field="movement_id")
    return found


async def reversals_of(tx: AsyncSession, movement_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The reversals that take movements back, by what they take back."""
    chosen = select(StaffingMovement.reverses_id, StaffingMovement.id)
    found = await tx.execute(chosen.where(among(StaffingMovement.reverses_id, movement_ids)))
    return {taken_back: by for taken_back, by in found if taken_back is not None}


async def entries_of(tx: AsyncSession, movement_ids: Collection[UUID]) -> dict[UUID, list[Entry]]:
    """The entries of movements."""
    chosen = select(StaffingEntry).where(among(StaffingEntry.movement_id, movement_ids))
    found: dict[UUID, list[Entry]] = {each: [] for each in movement_ids}
    for row in await tx.scalars(chosen.order_by(StaffingEntry.measure, StaffingEntry.level)):
        place = (PostPool(row.pool), TitleLevel(row.level))
        found[row.movement_id].append(Entry(place, Measure(row.measure), row.delta))
    return found
