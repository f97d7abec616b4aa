"""Reading and writing forms; whatever is read for a caller is limited to what the caller may see."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit import paging
from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.ids import new_id
from services.kit.transition import history
from services.quota.annual_form.errors import FormNotFound, FormOpen
from services.quota.annual_form.model import AnnualForm, FormColumn, FormExit, FormNote
from services.quota.annual_form.rules import CellReason, Column
from services.quota.annual_form.states import FormState
from services.quota.contract import TitleLevel
from services.quota.ledger.errors import UnitNotFound
from services.quota.readers import READERS, works_at
from services.quota.targeted.model import TargetedPlan

SHOWN = union_all(
    *(
        select(kind.id).where(
            kind.unit_id == bindparam("unit_id"),
            kind.lineage.overlap(bindparam("mine", type_=AnnualForm.lineage.type)),
        )
        for kind in (AnnualForm, TargetedPlan)
    )
).limit(1)
"""Whether there is a form or targeted plan of a unit, with any of some organisations in its line."""


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which forms the caller may see."""
    if actor.kind == "service":
        return true()
    mine = actor.organisation_ids(*READERS)
    return AnnualForm.lineage.overlap(mine) if mine else false()


async def get(tx: AsyncSession, form_id: UUID, actor: Actor) -> AnnualForm:
    """A form the caller may see.

    Raises:
        FormNotFound: unknown, or out of the caller's sight.
    """
    return await _one(tx, select(AnnualForm).where(AnnualForm.id == form_id, visible(actor)))


async def lock(tx: AsyncSession, form_id: UUID, actor: Actor) -> AnnualForm:
    """The same, kept from others until the transaction ends, with the version it follows: the older one first, as all do."""
    form = await get(tx, form_id, actor)
    both = [each for each in (form.former_id, form.id) if each is not None]
    chosen = select(AnnualForm.id).where(AnnualForm.id.in_(both)).order_by(AnnualForm.id)
    await tx.execute(chosen.with_for_update())
    return await get(tx, form_id, actor)


async def page(
    tx: AsyncSession,
    actor: Actor,
    *,
    where: Sequence[ColumnElement[bool]],
    first: int,
    after: UUID | None,
) -> tuple[list[AnnualForm], str | None, int]:
    """Forms the caller may see, newest first, the cursor of the next page, and how many there are."""
    mine = and_(visible(actor), *where)
    total = await tx.scalar(select(func.count()).select_from(AnnualForm).where(mine))
    found, cursor = await paging.page(tx, select(AnnualForm).where(mine), AnnualForm.id, first, after)
    return found, cursor, total or 0


def awaiting(actor: Actor) -> ColumnElement[bool]:
    """Forms on which the next step is the caller's."""
    reviewer = actor.organisation_ids(Role.REVIEWER)
    hrss = actor.organisation_ids(Role.REVIEWER, Role.TITLE_OFFICER)
    unit = actor.organisation_ids(Role.RECOMMENDER)
    return or_(
        and_(AnnualForm.state == FormState.AT_AUTHORITY, AnnualForm.authority_id.in_(reviewer)),
        and_(AnnualForm.state == FormState.AT_HRSS, AnnualForm.hrss_id.in_(hrss)),
        and_(AnnualForm.state.in_((FormState.DRAFT, FormState.RETURNED)), AnnualForm.unit_id.in_(unit)),
    )


async def require_unit_visible(tx: AsyncSession, unit_id: UUID, actor: Actor) -> None:
    """Refuse unless the caller works at the unit or in a department of it, or sees a form or targeted plan of it.

    Raises:
        UnitNotFound: neither.
    """
    if actor.kind == "service" or works_at(actor, unit_id):
        return
    mine = actor.organisation_ids(*READERS)
    if not mine or await tx.scalar(SHOWN, {"unit_id": unit_id, "mine": mine}) is None:
        raise UnitNotFound(field="unit_id")


async def newest(tx: AsyncSession, unit_id: UUID, year: int) -> AnnualForm | None:
    """The unit's version with the highest number."""
    mine = select(AnnualForm).where(AnnualForm.unit_id == unit_id, AnnualForm.year == year)
    found: AnnualForm | None = await tx.scalar(mine.order_by(AnnualForm.revision.desc()).limit(1))
    return found


async def add(tx: AsyncSession, values: Mapping[str, Any]) -> AnnualForm:
    """Keep a new form.

    Raises:
        FormOpen: the unit has one of the year on its way, perhaps since an instant ago.
    """
    row = insert(AnnualForm).values(id=new_id(), **values).on_conflict_do_nothing().returning(AnnualForm)
    form = await tx.scalar(row)
    if form is None:
        raise FormOpen(year=values["year"], field="unit_id")
    return form


async def fill(tx: AsyncSession, form_id: UUID, columns: Mapping[TitleLevel, Column]) -> None:
    """Write the typed cells of all four levels; the derived ones follow by themselves."""
    await tx.execute(delete(FormColumn).where(FormColumn.form_id == form_id))
    rows = [
        {
            "form_id": form_id,
            "level": level,
            "approved": column.approved,
            "employed": column.employed,
            "qualified_not_employed": column.qualified_not_employed,
            "exits": column.exits,
        }
        for level, column in columns.items()
    ]
    await tx.execute(insert(FormColumn), rows)


async def columns_of(
    tx: AsyncSession, form_ids: Collection[UUID]
) -> dict[UUID, dict[TitleLevel, FormColumn]]:
    """The tables of several forms, each in the order of the official one."""
    chosen = select(FormColumn).where(FormColumn.form_id.in_(form_ids))
    found: dict[UUID, dict[TitleLevel, FormColumn]] = {form_id: {} for form_id in form_ids}
    for column in await tx.scalars(chosen.execution_options(populate_existing=True)):
        found[column.form_id][TitleLevel(column.level)] = column
    return {form_id: {level: by[level] for level in TitleLevel} for form_id, by in found.items()}


async def note(
    tx: AsyncSession, form_id: UUID, reasons: Sequence[CellReason], *, organisation_id: UUID, moment: Moment
) -> None:
    """Keep why cells were returned."""
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "form_id": form_id,
            "level": each.level,
            "cell": each.cell,
            "reason": each.reason,
            "organisation_id": organisation_id,
            "at": moment.instant,
        }
        for each in reasons
    ]
    await tx.execute(insert(FormNote), rows)


async def notes_of(tx: AsyncSession, form_ids: Sequence[UUID]) -> dict[UUID, list[FormNote]]:
    """The reasons of every return, oldest first."""
    found: dict[UUID, list[FormNote]] = {form_id: [] for form_id in form_ids}
    for each in await tx.scalars(
        select(FormNote).where(FormNote.form_id.in_(form_ids)).order_by(FormNote.seq)
    ):
        found[each.form_id].append(each)
    return found


async def replace_exits(tx: AsyncSession, form_id: UUID, exits: Sequence[FormExit]) -> None:
    """Keep the exits that a form rests on, in place of those it rested on before."""
    await tx.execute(delete(FormExit).where(FormExit.form_id == form_id))
    tx.add_all(exits)
    await tx.flush()


async def exits_of(tx: AsyncSession, form_ids: Sequence[UUID]) -> dict[UUID, list[FormExit]]:
    """The exits that several forms rest on, the earliest first."""
    found: dict[UUID, list[FormExit]] = {form_id: [] for form_id in form_ids}
    chosen = select(FormExit).where(FormExit.form_id.in_(form_ids))
    for each in await tx.scalars(chosen.order_by(FormExit.left_on, FormExit.movement_id)):
        found[each.form_id].append(each)
    return found


async def histories_of(tx: AsyncSession, form_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The steps of several forms, oldest first."""
    chosen = select(history).where(history.c.subject_id.in_(form_ids)).order_by(history.c.seq)
    found: dict[UUID, list[dict[str, Any]]] = {form_id: [] for form_id in form_ids}
    for each in (await tx.execute(chosen)).mappings():
        found[each["subject_id"]].append(dict(each))
    return found


async def _one(tx: AsyncSession, chosen: Select[AnnualForm]) -> AnnualForm:
    form: AnnualForm | None = await tx.scalar(chosen.execution_options(populate_existing=True))
    if form is None:
        raise FormNotFound
    return form
