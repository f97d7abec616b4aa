"""Due days move with the review's window: all that is under review at once, in the transaction that changes the window."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Date, String, case, cast, column, func, insert, literal, null, select, update, values
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import SHANGHAI, Moment
from services.kit.outbox import outbox, wake
from services.workflow.contract import DeclarationRescheduled
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import IN_REVIEW, UNFINISHED, State
from services.workflow.declaration.store import in_states
from services.workflow.report import store as reports
from services.workflow.review_chain.due import due_between
from services.workflow.review_chain.policy import ReviewDays

CAME_ON = cast(func.timezone(str(SHANGHAI), Declaration.moved_at), Date)
"""The day on which it came to who has it now."""


async def reschedule(
    tx: AsyncSession, cycle_id: UUID, days: ReviewDays, window: tuple[date, date], moment: Moment
) -> None:
    """Set every due day of a year anew, but those in batches, whose windows are their own; what is no longer overdue is told above anew, should it become so again.

    A due day follows from the state and the day of coming alone, so that one statement does for any number.
    """
    await _hold(tx, cycle_id)
    here = (Declaration.cycle_id == cycle_id, Declaration.batch_id.is_(None), in_states(IN_REVIEW))
    came = (await tx.execute(select(Declaration.state, CAME_ON).where(*here).distinct())).all()
    if not came:
        return
    due = values(column("state", String), column("came_on", Date), column("due_on", Date), name="due").data(
        [(state, day, due_between(days, State(state), day, window)) for state, day in came]
    )
    told = case((due.c.due_on >= literal(moment.today, Date), null()), else_=Declaration.escalated_on)
    moved = update(Declaration).where(
        *here,
        Declaration.state == due.c.state,
        due.c.came_on == CAME_ON,
        Declaration.due_on.is_distinct_from(due.c.due_on),
    )
    changed = moved.values(due_on=due.c.due_on, escalated_on=told).returning(
        Declaration.id, Declaration.year, Declaration.due_on
    )
    found = (await tx.execute(changed.execution_options(synchronize_session=False))).all()
    await tell(tx, [(each.id, each.year, each.due_on) for each in found], moment)


async def tell(tx: AsyncSession, changed: Sequence[tuple[UUID, int, date]], moment: Moment) -> None:
    """Publish of each declaration, with its year, its day, and whether that does not run: in one statement."""
    if not changed:
        return
    checked = set(await tx.scalars(reports.being_checked([key for key, _, _ in changed])))
    events = [
        DeclarationRescheduled(declaration_id=key, cycle=year, due_on=day, suspended=key in checked)
        for key, year, day in changed
    ]
    await tx.execute(insert(outbox), [each.row(moment) for each in events])
    await tx.execute(select(wake()))


async def _hold(tx: AsyncSession, cycle_id: UUID) -> None:
    """Wait for whoever is submitting or passing something on: it read the old window, and is due by the new one too."""
    open_ = select(Declaration.id).where(Declaration.cycle_id == cycle_id, in_states(UNFINISHED))
    held = open_.order_by(Declaration.id).with_for_update().cte("held")
    await tx.scalar(select(func.count()).select_from(held))
