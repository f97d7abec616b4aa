"""Applying a checked file: one transaction writes every accepted row, or none.

Each row is judged again first, by the same functions: meanwhile its superior may have been closed, its code registered,
its sign-in name taken. One such row, and the transaction is given up and the file checked again. The import's own row is
locked all the while and moves to DONE in the same transaction, so that a second worker, or the same after a kill, finds
either nothing done or everything.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.intake import store
from services.accounts.intake.checking import CHUNK, Beat
from services.accounts.intake.judging import Job, Judged, refused
from services.accounts.intake.kinds import rows_of, writer_of
from services.accounts.intake.lines import codes_until
from services.accounts.intake.model import IntakeRow
from services.accounts.intake.moving import move
from services.accounts.intake.states import Action, Kind, State
from services.accounts.organisation import closure
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.states import State as InUse
from services.kit.db import Database

NOTE = "导入前情况有变，重新校验"


class ConflictFound(Exception):
    """Something that was right when it was checked is no longer."""


async def apply(db: Database, job: Job, kind: Kind, beat: Beat) -> None:
    """Import every accepted row; where one cannot be any more, import nothing and check the file again."""
    try:
        async with db.begin() as tx:
            await store.look_up_by_key(tx)
            await _alone(tx, job)
            intake = await store.locked(tx, job.intake_id)
            if intake.state != State.APPLYING:
                return
            above = Above()
            written = await _write(db, tx, job, kind, beat, above)
            await closure.hold(tx, job.desk.installation.province)
            await above.refuse_changed(tx)
            intake = await store.locked(tx, job.intake_id)
            until = await codes_until(tx, job)
            changes = {"created": written, "codes_until": until}
            await move(tx, job.desk, intake, Action.FINISH, changes=changes)
    except (ConflictFound, IntegrityError, asyncpg.UniqueViolationError):
        await _check_again(db, job)


async def _alone(tx: AsyncSession, job: Job) -> None:
    """One import is written at a time; single creations go on beside it."""
    key = func.hashtextextended(f"accounts/intake/{job.desk.installation.province}", 0)
    await tx.execute(select(func.pg_advisory_xact_lock(key)))


class Above:
    """The organisations that rows come below, and the line of each as its rows were judged by it.

    Whoever adds to the tree holds it against changes. An import would hold it for as long as it writes, and a move that
    waits would keep all creations waiting behind it. So it holds the tree only at its end, and looks whether what it has
    built upon stands as it did for every single row. One that moved away and back does not: rows that came in between
    were judged by another line than those before them, or than what is found in the end.
    """

    def __init__(self) -> None:
        self._lines: dict[UUID, tuple[UUID, ...]] = {}

    def note(self, judged: Sequence[Judged[Any]]) -> None:
        """Remember what rows were judged by; what this transaction has written itself nobody else can change.

        Raises:
            ConflictFound: one has moved since other rows came below it.
        """
        for each in judged:
            if each.parent_row is None and each.parent_id is not None and each.ready is not None:
                line = each.ready.above
                if self._lines.setdefault(each.parent_id, line) != line:
                    raise ConflictFound

    async def refuse_changed(self, tx: AsyncSession) -> None:
        """Look again, with the tree held.

        Raises:
            ConflictFound: one of them was moved or closed meanwhile.
        """
        ids = list(self._lines)
        for at in range(0, len(ids), store.PAGE):
            part = ids[at : at + store.PAGE]
            query = select(Organisation.id, Organisation.lineage).where(store.among(Organisation.id, part))
            rows = await tx.execute(query.where(Organisation.state == InUse.ACTIVE))
            if {row.id: tuple(row.lineage) for row in rows} != {each: self._lines[each] for each in part}:
                raise ConflictFound


async def _write(db: Database, tx: AsyncSession, job: Job, kind: Kind, beat: Beat, above: Above) -> int:
    """Write the accepted rows, those above before those below; how many."""
    rules, writer, written = rows_of(kind, job), writer_of(kind, job), 0
    deepest = select(func.max(IntakeRow.depth)).where(
        IntakeRow.intake_id == job.intake_id, IntakeRow.refusals.is_(None)
    )
    for depth in range((await tx.scalar(deepest) or 0) + 1):
        row_no = 0
        while rows := await store.at_depth(tx, job.intake_id, depth, row_no, CHUNK):
            row_no = rows[-1].row_no
            judged = await rules.judge(tx, rows, placed=True)
            if refused(judged):
                raise ConflictFound
            above.note(judged)
            await store.mark(tx, job.intake_id, await writer.write(tx, judged))
            tx.expunge_all()
            written += len(rows)
            async with db.begin() as apart:
                await beat(apart, written)
    return written


async def _check_again(db: Database, job: Job) -> None:
    async with db.begin() as tx:
        intake = await store.locked(tx, job.intake_id)
        if intake.state == State.APPLYING:
            changes = {"accepted": 0, "refused": 0}
            await move(tx, job.desk, intake, Action.RECHECK, changes=changes, note=NOTE)
