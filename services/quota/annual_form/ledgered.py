"""What the staffing ledger says of a form: its figures, what differs from them, the exits it rests on, who is undecided.

A unit that keeps a ledger does not type its figures: they are the ledger's, and what is typed beside them must agree.
A unit without one types them freely; then exits are a number, and open no place.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Moment
from services.kit.steps import refuse_broken
from services.quota.annual_form import store
from services.quota.annual_form.errors import FiguresMissing
from services.quota.annual_form.model import AnnualForm, FormExit
from services.quota.annual_form.rules import (
    LEDGER_RULES,
    TABLE_RULES,
    Column,
    Difference,
    Table,
    Typed,
    differences,
)
from services.quota.annual_form.states import Action
from services.quota.contract import PostPool, TitleLevel
from services.quota.ledger import people
from services.quota.policy import YearPolicy
from services.quota.staffing import reading as staffing

Columns = Mapping[TitleLevel, Column]


async def columns_for(
    tx: AsyncSession, unit_id: UUID, asked: Table | None, policy: YearPolicy, moment: Moment
) -> Columns:
    """The figures of a form that is filled in.

    Raises:
        RulesBroken: the table types what is derived, or a level twice, or differs from the ledger.
        FiguresMissing: none are typed, and the unit keeps no ledger.
    """
    if asked is not None:
        refuse_broken(Action.FILL, TABLE_RULES, asked, policy.articles)
    kept = await _kept(tx, unit_id, policy, moment)
    if kept is None and asked is None:
        raise FiguresMissing(field="levels", basis=policy.basis("form_cells"))
    if kept is not None and asked is not None:
        refuse_broken(Action.FILL, LEDGER_RULES, Typed(asked, kept), policy.articles)
    return kept or (asked.by_level() if asked else {})


async def unlike_ledger(
    tx: AsyncSession, form: AnnualForm, policy: YearPolicy, moment: Moment
) -> tuple[Difference, ...]:
    """Cells in which a form about to go up or into force differs from the ledger of today; nobody writes into it now."""
    await staffing.hold(tx, form.unit_id)
    kept = await _kept(tx, form.unit_id, policy, moment)
    if kept is None:
        return ()
    columns = (await store.columns_of(tx, [form.id]))[form.id]
    return tuple(differences(columns, kept))


async def undecided(tx: AsyncSession, form: AnnualForm, moment: Moment) -> tuple[str, ...]:
    """Names of those whose qualification by examination waits for a decision (附件2 说明2)."""
    found = await staffing.undecided_of(tx, form.unit_id, PostPool.GENERAL, on=moment.today)
    return tuple(each.name for each in found)


async def rest_on(tx: AsyncSession, form: AnnualForm, policy: YearPolicy, moment: Moment) -> None:
    """Let the form rest on the ledger as it stands: the proven exits of the year, and who is in its figures."""
    exits = await staffing.exits_of(tx, form.unit_id, window=policy.staffing.exits_window)
    rows = [
        FormExit(
            form_id=form.id,
            movement_id=each.movement_id,
            level=each.level,
            name=each.name,
            post=each.post,
            reason=each.reason,
            left_on=each.left_on,
            document=each.document,
        )
        for each in exits
    ]
    await store.replace_exits(tx, form.id, rows)
    await people.keep(tx, form.id, form.unit_id, PostPool.GENERAL, moment)


async def _kept(
    tx: AsyncSession, unit_id: UUID, policy: YearPolicy, moment: Moment
) -> dict[TitleLevel, Column] | None:
    """The figures of the unit's ledger on this day; None where it keeps none."""
    if not await staffing.keeps_ledger(tx, unit_id):
        return None
    window = policy.staffing.exits_window
    found = await staffing.balances(tx, unit_id, PostPool.GENERAL, on=moment.today, window=window)
    return {
        level: Column(level, each.approved, each.employed, each.qualified_not_employed, each.exits)
        for level, each in found.items()
    }
