"""Beginning an import, receiving its file, and the steps a person takes."""

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import BinaryIO, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.installation import Desk, Installation
from services.accounts.intake import store
from services.accounts.intake.errors import TooManyImports
from services.accounts.intake.judging import Job, sealed
from services.accounts.intake.kinds import Rows, rows_of
from services.accounts.intake.links import Link
from services.accounts.intake.model import Intake, IntakeRow, IntakeWork
from services.accounts.intake.moving import move
from services.accounts.intake.schemas import ActionIn, ImportIn
from services.accounts.intake.states import Action, State
from services.accounts.intake.steps import STEPS
from services.accounts.organisation.service import live
from services.kit import clock, transition
from services.kit.auth import Actor, Seat
from services.kit.db import Database
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import decide
from services.spreadsheet import reading
from services.spreadsheet.errors import FileEmpty, FileTooLarge

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Counter:
    """Where files are received: no transaction is open while bytes arrive."""

    db: Database
    installation: Installation
    simulated_clock: bool

    async def desk(self, tx: AsyncSession) -> Desk:
        """The desk of this moment."""
        return Desk(self.installation, await clock.now(tx, simulated=self.simulated_clock))


async def begin(
    tx: AsyncSession, desk: Desk, actor: Actor, asked: ImportIn
) -> tuple[Intake, tuple[Basis, ...]]:
    """Begin an import; its file is awaited.

    Raises:
        RoleMissing: the caller does not manage the organisation.
        OrganisationNotInUse: it is closed.
        TooManyImports: it has as many unfinished ones as it may.
    """
    basis, limits = desk.policy.articles["imports"], desk.policy.intake.limits
    seat = authorization.require(Act.IMPORT, actor, [asked.organisation_id], basis)
    organisation = await live(tx, desk, asked.organisation_id)
    if await store.unfinished(tx, organisation.id) >= limits.unfinished:
        raise TooManyImports(limit=limits.unfinished, basis=(basis,))
    intake = Intake(
        id=new_id(),
        province=desk.installation.province,
        kind=asked.kind,
        organisation_id=organisation.id,
        account_id=actor.id,
        actor_name=actor.name,
        file_name=asked.file_name,
        state=State.RECEIVING,
    )
    await _begun(tx, desk, actor, seat, intake, basis)
    return intake, (basis,)


async def _begun(
    tx: AsyncSession, desk: Desk, actor: Actor, seat: Seat, intake: Intake, basis: Basis
) -> None:
    """Write a new import with its history and the row of its work."""
    tx.add(intake)
    await tx.flush()
    tx.add(IntakeWork(intake_id=intake.id))
    await transition.begin(
        tx,
        store.table_of(Intake),
        subject_id=intake.id,
        state=State.RECEIVING,
        actor=actor,
        moment=desk.moment,
        organisation_id=intake.organisation_id,
        role=seat.role,
        basis=(basis,),
    )
    await tx.flush()
    await tx.refresh(intake)


async def receive(
    counter: Counter, link: Link, pieces: AsyncIterator[bytes]
) -> tuple[Intake, tuple[Basis, ...]]:
    """Take the file of an import: all its rows are kept, each sealed, or none; the file itself is not kept.

    Raises:
        ImportNotFound: there is no such import.
        ActionNotAvailable: it has its file.
        TooBusy: too many files are being read.
        FileTooLarge, FileEmpty, FileTypeNotTaken, FileEncrypted, FileUnreadable, FileHasFormula, TooManyRows,
        TooManyColumns, ColumnUnknown, ColumnRepeated, ColumnMissing: the file is not taken, another may be sent.
    """
    assert link.import_id is not None, "links for sending name their import"
    async with counter.db.begin() as tx:
        desk = await counter.desk(tx)
        intake = await store.get(tx, link.import_id, seen_by=link.actor)
        _refuse_late(desk, intake, link.actor)
    with tempfile.TemporaryFile() as unnamed:  # without a name on the disk, and gone with this process
        file = cast(BinaryIO, unnamed)
        await _spool(file, pieces, desk.policy.intake.limits.file_bytes)
        async with reading.TURNS, counter.db.begin() as tx:
            intake = await store.locked(tx, link.import_id, wait=False)
            _refuse_late(desk, intake, link.actor)
            count = await _keep(tx, Job.of(desk, intake), intake, file)
            changes = {"rows": count}
            basis = await move(tx, desk, intake, Action.RECEIVE, actor=link.actor, changes=changes)
            return intake, basis


def _refuse_late(desk: Desk, intake: Intake, actor: Actor) -> None:
    decide(STEPS, intake.as_case(), Action.RECEIVE, actor, desk.policy.articles)


async def _spool(file: BinaryIO, pieces: AsyncIterator[bytes], limit: int) -> None:
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > limit:
            raise FileTooLarge(limit=limit, field="file")
        file.write(piece)
    if not size:
        raise FileEmpty(field="file")
    file.flush()
    file.seek(0)


async def _keep(tx: AsyncSession, job: Job, intake: Intake, file: BinaryIO) -> int:
    """Keep the rows as they are read; how many."""
    rules: Rows = rows_of(intake.what, job)
    waiting, count = [], 0
    taken = job.desk.policy.intake
    columns = taken.columns[intake.what]
    async for row_no, cells in reading.rows(file, columns, taken.limits, taken.sample_mark):
        kept = {"intake_id": intake.id, "row_no": row_no, "cells": sealed(job.sealer, intake.id, cells)}
        waiting.append(kept | rules.keys(cells))
        if len(waiting) == CHUNK:
            await store.pour(tx, IntakeRow, waiting)
            count, waiting = count + len(waiting), []
    await store.pour(tx, IntakeRow, waiting)
    return count + len(waiting)


async def act(
    tx: AsyncSession, desk: Desk, actor: Actor, intake_id: UUID, action: Action, asked: ActionIn
) -> tuple[Intake, tuple[Basis, ...]]:
    """Take a step with an import. A cancelled one forgets its rows.

    Raises:
        ImportNotFound: there is none of the caller's.
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: the step cannot be taken.
    """
    known = await store.get(tx, intake_id, seen_by=actor)
    decide(STEPS, known.as_case(skip_refused=asked.skip_refused), action, actor, desk.policy.articles)
    intake = await store.locked(tx, intake_id, wait=False)
    basis = await move(
        tx, desk, intake, action, actor=actor, version=asked.version, skip_refused=asked.skip_refused
    )
    if action is Action.CANCEL:
        await store.forget(tx, [intake.id])
    return intake, basis
