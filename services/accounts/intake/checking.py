"""Checking a file: every row by the rules of a creation, in chunks that survive a kill, then the file as a whole.

It writes findings and nothing else: what a dry run finds is what applying would refuse.
"""

import asyncio
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.intake import store
from services.accounts.intake.errors import ParentInCycle, ParentRefused, RepeatsRow
from services.accounts.intake.judging import Job, told
from services.accounts.intake.kinds import rows_of
from services.accounts.intake.model import IntakeRow
from services.accounts.intake.moving import move
from services.accounts.intake.ordering import Order, Placed, ordered
from services.accounts.intake.states import Action, Kind, State
from services.kit.db import Database
from services.kit.errors import Refusal

CHUNK = 500
SHOWN_OF_CYCLE = 10


class Beat(Protocol):
    """Tells within a transaction that the work goes on; raises where another has it."""

    async def __call__(self, within: AsyncSession, done: int, cursor: int | None = None) -> None:
        """Tell how many rows are done, and up to which row that will be kept."""
        ...


async def check(db: Database, job: Job, kind: Kind, beat: Beat) -> None:
    """Check the rows that are not checked yet, then the file as a whole; the import is CHECKED."""
    rules = rows_of(kind, job)
    async with db.begin() as tx:
        work = await store.work_of(tx, job.intake_id)
        cursor, done = work.cursor, work.done
    while True:
        async with db.begin() as tx:
            await store.look_up_by_key(tx)
            rows = await store.after(tx, job.intake_id, cursor, CHUNK)
            if not rows:
                break
            judged = await rules.judge(tx, rows, placed=False)
            await store.mark(
                tx,
                job.intake_id,
                [
                    {
                        "row_no": each.row_no,
                        "parent_id": each.parent_id,
                        "parent_row": each.parent_row,
                        "same": each.same,
                        "refusals": each.refusals or None,
                    }
                    for each in judged
                ],
            )
            cursor, done = rows[-1].row_no, done + len(rows)
            await beat(tx, done, cursor)
    await _close(db, job, beat, cursor, done)


async def _close(db: Database, job: Job, beat: Beat, cursor: int, done: int) -> None:
    """Put the rows in order, refuse those that cannot be in any, and say what was found.

    The work is kept from its first statement on: until all of it is there nobody else takes it over.
    """
    async with db.begin() as tx:
        await store.look_up_by_key(tx)
        intake = await store.locked(tx, job.intake_id)
        if intake.state != State.CHECKING:
            return
        await beat(tx, done, cursor)
        order = await asyncio.to_thread(ordered, await _placed(tx, job.intake_id))
        await _refuse(tx, job, order)
        deep = [{"row_no": no, "depth": depth} for no, depth in order.depths.items()]
        for at in range(0, len(deep), CHUNK):
            await store.mark(tx, job.intake_id, deep[at : at + CHUNK])
        accepted, refused = len(order.depths), intake.rows - len(order.depths)
        await move(
            tx, job.desk, intake, Action.CLOSE_CHECK, changes={"accepted": accepted, "refused": refused}
        )


async def _placed(tx: AsyncSession, intake_id: UUID) -> list[Placed]:
    columns = (
        IntakeRow.parent_row,
        IntakeRow.login,
        IntakeRow.same,
        IntakeRow.refusals.is_not(None).label("out"),
    )
    rows = store.all_rows(tx, intake_id, *columns)
    return [Placed(row.row_no, row.parent_row, row.login, row.same, row.out) async for row in rows]


async def _refuse(tx: AsyncSession, job: Job, order: Order) -> None:
    """Add what only the file as a whole shows to what was found of its rows."""
    basis = (job.basis,)
    found: dict[int, Refusal] = {
        no: RepeatsRow(row=first, basis=basis) for no, first in order.repeats.items()
    }
    found |= {
        no: ParentRefused(row=parent, field="parent", basis=basis)
        for no, parent in order.below_refused.items()
    }
    found |= {
        no: ParentInCycle(rows="、".join(map(str, circle[:SHOWN_OF_CYCLE])), field="parent", basis=basis)
        for no, circle in order.cycles.items()
    }
    numbers = sorted(found)
    for at in range(0, len(numbers), CHUNK):
        part = numbers[at : at + CHUNK]
        known = await store.by_number(tx, job.intake_id, part, IntakeRow.refusals)
        marked = [{"row_no": no, "refusals": [*(known[no].refusals or []), told(found[no])]} for no in part]
        await store.mark(tx, job.intake_id, marked)
