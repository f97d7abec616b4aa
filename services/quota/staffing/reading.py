"""What the staffing ledger tells others of the service: balances, who holds which post, proven exits."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.quota.contract import PostPool, TitleLevel
from services.quota.contract import StaffingCause as Cause
from services.quota.contract import StaffingMeasure as Measure
from services.quota.staffing import store
from services.quota.staffing.model import StaffingBook, StaffingEntry, StaffingMovement, StaffMember
from services.quota.staffing.policy import Window
from services.quota.staffing.standing import Standing, post_words, standing_after
from services.quota.staffing.states import FILED

LATER, LEFT, REVERSAL = (aliased(StaffingMovement) for _ in range(3))
"""A movement beside another; made once, for their columns take longer to make than many a question to answer."""


@dataclass(frozen=True, slots=True)
class Balance:
    """One level of a unit's ledger on a day; `exits` are those inside the year's window, with proof."""

    level: TitleLevel
    approved: int = 0
    employed: int = 0
    qualified_not_employed: int = 0
    exits: int = 0

    @property
    def vacant(self) -> int:
        """空缺岗位数 (附件2 说明2)."""
        return self.approved - self.employed

    @property
    def declarable(self) -> int:
        """职称申报数 (附件2 说明2); a negative number allows none."""
        return self.vacant - self.qualified_not_employed


@dataclass(frozen=True, slots=True)
class Sum:
    """The entries of one cause on one number of a level; `counted` are those among them that count as exits."""

    level: TitleLevel
    measure: Measure
    cause: Cause
    total: int
    counted: int


@dataclass(frozen=True, slots=True)
class Exit:
    """A proven exit from a post (附件2 说明3)."""

    movement_id: UUID
    level: TitleLevel
    name: str
    post: str
    reason: str
    left_on: date
    document: str


@dataclass(frozen=True, slots=True)
class Staff:
    """What Annex 2 tells of a person recommended; what the ledger does not know is None."""

    qualified_title: str | None = None
    employed_title: str | None = None
    employed_on: date | None = None
    post_grade: str | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """A qualification by examination of which nobody has decided yet whether it takes a post (附件2 说明2)."""

    member_id: UUID
    name: str
    level: TitleLevel
    title: str | None
    since: date


async def keeps_ledger(tx: AsyncSession, unit_id: UUID, pool: PostPool = PostPool.GENERAL) -> bool:
    """Whether anything stands in the unit's ledger of a pool; a unit with nothing in it types its form freely."""
    entry = select(StaffingEntry.movement_id).join(
        StaffingMovement, StaffingMovement.id == StaffingEntry.movement_id
    )
    of_unit = (StaffingEntry.unit_id == unit_id, StaffingEntry.pool == pool)
    return await tx.scalar(entry.where(*of_unit, store.LIVE).limit(1)) is not None


async def balances(
    tx: AsyncSession, unit_id: UUID, pool: PostPool, *, on: date, window: Window
) -> Mapping[TitleLevel, Balance]:
    """Every level on the evening of a day."""
    return balances_of(await sums_of(tx, unit_id, pool, on=on, window=window))


async def sums_of(tx: AsyncSession, unit_id: UUID, pool: PostPool, *, on: date, window: Window) -> list[Sum]:
    """What a balance is made of: the entries of a unit up to a day, added up per level, measure and cause."""
    found = await tx.execute(sum_query(unit_id, pool, on=on, window=window))
    return [
        Sum(TitleLevel(row.level), Measure(row.measure), Cause(row.cause), row.total, row.counted)
        for row in found
    ]


def sum_query(unit_id: UUID, pool: PostPool, *, on: date, window: Window) -> Select[str, str, str, int, int]:
    """The statement of it, answered from one range of one index; `counted` are exits that count."""
    total = func.sum(StaffingEntry.delta).cast(Integer)
    counted = func.coalesce(func.sum(StaffingEntry.delta).filter(_counts(window, by=on)), 0).cast(Integer)
    by = (StaffingEntry.level, StaffingEntry.measure, StaffingEntry.cause)
    of_unit = (StaffingEntry.unit_id == unit_id, StaffingEntry.pool == pool, StaffingEntry.on_date <= on)
    return select(*by, total.label("total"), counted.label("counted")).where(*of_unit).group_by(*by)


def balances_of(sums: Iterable[Sum]) -> Mapping[TitleLevel, Balance]:
    """The balance of every level."""
    figures = {level: dict.fromkeys(Measure, 0) for level in TitleLevel}
    for each in sums:
        figures[each.level][each.measure] += each.counted if each.measure is Measure.EXIT else each.total
    return {level: Balance(level, *by_measure.values()) for level, by_measure in figures.items()}


def _counts(window: Window, *, by: date | None = None) -> ColumnElement[bool]:
    """That an entry is of an exit that counts: by its cause and date, and nobody's who had come back, by a day if one is given."""
    counts = StaffingEntry.cause.in_(sorted(window.causes)) & StaffingEntry.on_date.between(
        window.first, window.last
    )
    returned = and_(
        StaffingEntry.measure == Measure.EXIT,
        came_back(StaffingEntry.member_id, StaffingEntry.movement_id, by=by),
    )
    return counts & ~returned


def came_back(member_id: Any, movement_id: Any, *, by: date | None = None) -> ColumnElement[bool]:
    """That a person was put on a post anew after a movement: who left and is here again has not left (附件2 说明3).

    Asked as of a day, a return after that day (`by`) is not known yet.
    """
    return exists().where(
        LATER.member_id == member_id,
        LATER.id > movement_id,
        LATER.cause.in_([*FILED]),
        LATER.reverses_id.is_(None),
        ~_reversed(LATER.id),
        *([] if by is None else [LATER.on_date <= by]),
    )


def exit_stands(movement_id: Any) -> ColumnElement[bool]:
    """That an exit was neither taken back nor followed by the person's return."""
    returned = exists().where(LEFT.id == movement_id, came_back(LEFT.member_id, LEFT.id))
    return ~_reversed(movement_id) & ~returned


def _reversed(movement_id: Any) -> ColumnElement[bool]:
    return exists().where(REVERSAL.reverses_id == movement_id)


async def exits_of(tx: AsyncSession, unit_id: UUID, *, window: Window) -> list[Exit]:
    """The exits from general posts inside the window that count, oldest first; none that was reversed."""
    left = (
        select(StaffingMovement, StaffMember.name)
        .join(StaffingEntry, StaffingEntry.movement_id == StaffingMovement.id)
        .join(StaffMember, StaffMember.id == StaffingMovement.member_id)
        .where(
            StaffingEntry.unit_id == unit_id,
            StaffingEntry.pool == PostPool.GENERAL,
            StaffingEntry.measure == Measure.EXIT,
            _counts(window),
            store.LIVE,
        )
        .order_by(StaffingMovement.on_date, StaffingMovement.seq)
    )
    return [_exit(movement, name) for movement, name in await tx.execute(left)]


def _exit(movement: StaffingMovement, name: str) -> Exit:
    return Exit(
        movement_id=movement.id,
        level=TitleLevel(str(movement.level)),
        name=name,
        post=post_words(movement.title, movement.post_grade),
        reason=f"{Cause(movement.cause).zh}：{movement.reason}",
        left_on=movement.on_date,
        document=str(movement.document),
    )


async def staff_of(
    tx: AsyncSession, unit_id: UUID, person_ids: Collection[UUID], *, on: date
) -> Mapping[UUID, Staff]:
    """What the ledger knows of people on a day; whom it does not know is not in it."""
    members = await store.members_like(tx, unit_id, person_ids, ())
    recorded = await store.steps_of(tx, [each.id for each in members], on=on)
    return {
        each.person_id: _staff(standing_after(recorded[each.id].steps))
        for each in members
        if each.person_id is not None and recorded[each.id].steps
    }


def _staff(standing: Standing) -> Staff:
    """The highest title that the person has, and the one the person is employed on."""
    held = standing.held
    best = min(standing.waiting, key=lambda each: list(TitleLevel).index(each.place[1]), default=None)
    if held is None:
        return Staff(qualified_title=best.title if best else None)
    return Staff(
        qualified_title=best.title if best else held.title,
        employed_title=held.title,
        employed_on=held.since,
        post_grade=held.post_grade,
    )


async def hold(tx: AsyncSession, unit_id: UUID) -> None:
    """Let nobody write into the unit's ledger until the transaction ends; figures and exits are read of one moment."""
    await tx.execute(select(StaffingBook.unit_id).where(StaffingBook.unit_id == unit_id).with_for_update())


async def counted_people(
    tx: AsyncSession, unit_id: UUID, pool: PostPool, *, on: date
) -> list[tuple[UUID, TitleLevel, bool]]:
    """Who with an account is in the balances of a day: person, level, and whether in post or waiting for one."""
    measures = (Measure.EMPLOYED, Measure.QUALIFIED)
    found = (
        select(StaffMember.person_id, StaffingEntry.level, StaffingEntry.measure)
        .join(StaffingEntry, StaffingEntry.member_id == StaffMember.id)
        .where(
            StaffingEntry.unit_id == unit_id,
            StaffingEntry.pool == pool,
            StaffingEntry.on_date <= on,
            StaffingEntry.measure.in_(measures),
            StaffMember.person_id.is_not(None),
        )
        .group_by(StaffMember.person_id, StaffingEntry.level, StaffingEntry.measure)
        .having(func.sum(StaffingEntry.delta) > 0)
    )
    return [
        (person_id, TitleLevel(level), measure == Measure.EMPLOYED)
        for person_id, level, measure in await tx.execute(found)
        if person_id is not None
    ]


async def undecided_of(tx: AsyncSession, unit_id: UUID, pool: PostPool, *, on: date) -> list[Undecided]:
    """Whose qualification by examination nobody has decided upon; the year's form is not complete before (附件2 说明2)."""
    examined = (
        select(StaffingMovement.member_id)
        .where(StaffingMovement.unit_id == unit_id, StaffingMovement.by_examination)
        .distinct()
    )
    members = [each for each in await tx.scalars(examined) if each is not None]
    if not members:
        return []
    people = await store.members_by_id(tx, members)
    recorded = await store.steps_of(tx, members, on=on)
    return [
        Undecided(each, people[each].name, waiting.place[1], waiting.title, waiting.since)
        for each in sorted(members)
        for waiting in standing_after(recorded[each].steps).waiting
        if waiting.undecided and waiting.place[0] == pool
    ]
