"""Queries on spot checks: the province's are its own; what was ordered, the draw and its frame all who oversee may replay."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.workflow.committee.model import Committee
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import State
from services.workflow.spot_check.errors import SpotCheckItemNotFound, SpotCheckNotFound
from services.workflow.spot_check.model import SpotCheck, SpotCheckFrame, SpotCheckItem
from services.workflow.spot_check.states import VERDICTS, ItemState
from services.workflow.spot_check.steps import CHECKERS, provincial_seats
from services.workflow.supervision.model import Finding
from services.workflow.supervision.states import FindingKind

READERS = (*CHECKERS, Role.COMMITTEE_OFFICE)
"""Who may read what was ordered, and replay the draw, anywhere in the province."""
RESULTS = (State.PASSED, State.NOT_PASSED, State.IN_RESULT_PUBLICITY, State.CERTIFIED)
"""States of a declaration whose result of a meeting stands."""


def _readable(actor: Actor) -> ColumnElement[bool]:
    roots = {seat.lineage[0].id for seat in actor.seats if seat.role in READERS}
    seen: ColumnElement[bool] = SpotCheck.lineage.overlap(sorted(roots))
    return seen


def _own(actor: Actor) -> ColumnElement[bool]:
    seats = provincial_seats(actor)
    mine: ColumnElement[bool] = SpotCheckItem.lineage.overlap([seat.organisation_id for seat in seats])
    return mine


def spot_checks(actor: Actor, cycle_id: UUID | None) -> Select[SpotCheck]:
    """The spot checks that the caller may read."""
    query = select(SpotCheck).where(_readable(actor))
    return query if cycle_id is None else query.where(SpotCheck.cycle_id == cycle_id)


async def spot_check(
    tx: AsyncSession, spot_check_id: UUID, actor: Actor, *, locked: bool = False
) -> SpotCheck:
    """One spot check; `locked`: nobody draws or closes it until this transaction ends.

    Raises:
        SpotCheckNotFound: there is none by that id that the caller may read.
    """
    query = spot_checks(actor, None).where(SpotCheck.id == spot_check_id)
    query = query.execution_options(populate_existing=True)
    found: SpotCheck | None = await tx.scalar(query.with_for_update() if locked else query)
    if found is None:
        raise SpotCheckNotFound(field="spot_check_id")
    return found


def frame(spot_check_id: UUID) -> Select[SpotCheckFrame]:
    """What could be drawn."""
    return select(SpotCheckFrame).where(SpotCheckFrame.spot_check_id == spot_check_id)


def items(
    actor: Actor, spot_check_id: UUID, state: ItemState | None, checker_id: UUID | None
) -> Select[SpotCheckItem]:
    """The work list, for the province."""
    query = select(SpotCheckItem).where(SpotCheckItem.spot_check_id == spot_check_id, _own(actor))
    if state is not None:
        query = query.where(SpotCheckItem.state == state)
    return query if checker_id is None else query.where(SpotCheckItem.checker_id == checker_id)


async def item(tx: AsyncSession, item_id: UUID, actor: Actor, *, locked: bool = False) -> SpotCheckItem:
    """One item; `locked`: nobody else decides on it until this transaction ends.

    Raises:
        SpotCheckItemNotFound: there is none by that id that the caller may read.
    """
    query = select(SpotCheckItem).where(SpotCheckItem.id == item_id, _own(actor))
    query = query.execution_options(populate_existing=True)
    found: SpotCheckItem | None = await tx.scalar(query.with_for_update() if locked else query)
    if found is None:
        raise SpotCheckItemNotFound(field="item_id")
    return found


async def results(tx: AsyncSession, row: SpotCheck) -> int:
    """How many results a spot check's scope holds now."""
    return await tx.scalar(select(func.count()).where(*_scope(row))) or 0


async def freeze(tx: AsyncSession, row: SpotCheck) -> dict[UUID, str]:
    """Freeze the frame in one statement: every declaration with a result in scope, by its committee."""
    found = select(literal(row.id), Declaration.id, Declaration.committee_id).where(*_scope(row))
    columns = ["spot_check_id", "declaration_id", "committee_id"]
    frozen = insert(SpotCheckFrame).from_select(columns, found)
    told = await tx.execute(frozen.returning(SpotCheckFrame.declaration_id, SpotCheckFrame.committee_id))
    return {declaration_id: str(committee_id) for declaration_id, committee_id in told}


def _scope(row: SpotCheck) -> Sequence[ColumnElement[bool]]:
    narrowed = {
        Declaration.committee_id: row.committee_id,
        Declaration.series: row.series,
        Declaration.level: row.level,
    }
    return [
        Declaration.cycle_id == row.cycle_id,
        Declaration.state.in_(RESULTS),
        *(column == value for column, value in narrowed.items() if value is not None),
    ]


async def numbers(tx: AsyncSession, declaration_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Committee and number of declarations."""
    wanted = select(Declaration.id, Declaration.committee_id, Declaration.number)
    asked = literal(list(declaration_ids), ARRAY(Uuid))
    found = await tx.execute(wanted.where(Declaration.id == func.any(asked)))
    return {each: (committee_id, number) for each, committee_id, number in found}


async def open_items(tx: AsyncSession, spot_check_id: UUID) -> int:
    """How many items have no verdict."""
    counted = select(func.count()).where(
        SpotCheckItem.spot_check_id == spot_check_id, SpotCheckItem.state.not_in(VERDICTS)
    )
    return await tx.scalar(counted) or 0


async def progress(tx: AsyncSession, spot_check_id: UUID) -> list[dict[str, Any]]:
    """How far it is, committee by committee: how many results there are, were drawn, and what came of them."""
    of_frame = (
        select(SpotCheckFrame.committee_id, func.count().label("results"))
        .where(SpotCheckFrame.spot_check_id == spot_check_id)
        .group_by(SpotCheckFrame.committee_id)
        .subquery()
    )
    counted = (
        select(
            SpotCheckItem.committee_id,
            func.count().label("drawn"),
            *(func.count().filter(SpotCheckItem.state == each).label(each.lower()) for each in ItemState),
            *(func.count().filter(Finding.kind == each).label(each.lower()) for each in FindingKind),
        )
        .outerjoin(Finding, Finding.id == SpotCheckItem.finding_id)
        .where(SpotCheckItem.spot_check_id == spot_check_id)
        .group_by(SpotCheckItem.committee_id)
        .subquery()
    )
    every = (
        select(of_frame.c.results, counted, Committee.name.label("committee_name"))
        .join(counted, counted.c.committee_id == of_frame.c.committee_id)
        .join(Committee, Committee.id == of_frame.c.committee_id)
        .order_by(Committee.name, Committee.id)
    )
    return [dict(each) for each in (await tx.execute(every)).mappings()]
