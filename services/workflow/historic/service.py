"""Imports of historic certificates: begun and applied by the person in charge, received row by row, given up."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationKind, Role
from services.admission.turns import PAPERS
from services.kit import clock
from services.kit.auth import Actor, Seat
from services.kit.db import Database
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.sealing import Sealer
from services.kit.steps import decide
from services.neighbours.client import Neighbour
from services.spreadsheet import reading
from services.spreadsheet.errors import FileEmpty, FileTooLarge
from services.spreadsheet.sheets import Report
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.historic import store, working
from services.workflow.historic.cells import opened, sealed, shown
from services.workflow.historic.errors import ChecksumDiffers, HistoricImportOpen, NotInCharge
from services.workflow.historic.links import Link
from services.workflow.historic.model import HistoricImport, HistoricImportWork
from services.workflow.historic.moving import move
from services.workflow.historic.schemas import ImportIn, StepIn
from services.workflow.historic.states import Asked, ImportAction, ImportState
from services.workflow.historic.steps import ARTICLE, IN_CHARGE_ARTICLE, STEPS
from services.workflow.policy import NoticePolicy, Policies

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Counter:
    """Where files are received and given out: no transaction is open while bytes are on their way."""

    db: Database
    policies: Policies
    sealer: Sealer
    province: str
    simulated_clock: bool


async def begin(act: Act, accounts: Neighbour, asked: ImportIn) -> tuple[HistoricImport, tuple[Basis, ...]]:
    """Begin an import; its file is awaited.

    Raises:
        RoleMissing: the caller does not manage the organisation.
        NotInCharge: another is the person in charge, or nobody is.
        HistoricImportOpen: the organisation has one on its way.
        Unavailable: accounts does not answer.
    """
    seat = act.actor.require(Role.ORGANISATION_MANAGER, within=(asked.organisation_id,))
    organisation = await accounts.get(f"/v1/organisations/{asked.organisation_id}")
    articles = act.policies.latest.articles
    basis = (articles[ARTICLE], articles[IN_CHARGE_ARTICLE])
    if not _in_charge(organisation, act.actor, seat):
        raise NotInCharge(basis=basis[1:])
    row = HistoricImport(
        id=new_id(),
        province=act.province,
        organisation_id=asked.organisation_id,
        organisation_name=organisation["name"],
        by_hrss=organisation["kind"] == OrganisationKind.HRSS,
        lineage=[each.id for each in seat.lineage],
        account_id=act.actor.id,
        actor_name=act.actor.name,
        file_name=asked.file_name,
        sha256=asked.sha256,
        state=ImportState.RECEIVING,
    )
    taken = {"uq_historic_import_open": HistoricImportOpen(field="organisation_id", basis=basis[:1])}
    await rows.begin(act, row, seat, basis=basis, taken=taken)
    act.tx.add(HistoricImportWork(import_id=row.id))
    await act.tx.flush()
    await act.tx.refresh(row)
    return row, basis


def _in_charge(organisation: dict[str, Any], actor: Actor, seat: Seat) -> bool:
    """Whether the caller is the person in charge in person: nobody imports on his or her behalf."""
    named = organisation["person_in_charge"]
    return seat.on_behalf_of is None and named is not None and UUID(named["account_id"]) == actor.id


async def receive(
    counter: Counter, link: Link, pieces: AsyncIterator[bytes]
) -> tuple[HistoricImport, tuple[Basis, ...]]:
    """Take the file of an import: all its rows are kept, each sealed, or none; the file itself is not kept.

    Raises:
        HistoricImportNotFound: there is no such import.
        ActionNotAvailable: it has its file.
        TooBusy: too many files are being read.
        ChecksumDiffers, FileTooLarge, FileEmpty and the other refusals of `services.spreadsheet.errors`.
    """
    policy = counter.policies.latest
    async with counter.db.begin() as tx:
        row = await store.get(tx, link.import_id, link.actor)
        _refuse_late(row, link, policy)
    with tempfile.TemporaryFile() as unnamed:  # without a name on the disk, and gone with this process
        file = cast("BinaryIO", unnamed)
        await _spool(file, pieces, policy.historic.reading.file_bytes, row.sha256)
        async with reading.TURNS, counter.db.begin() as tx:
            row = await store.locked(tx, link.import_id, wait=False)
            _refuse_late(row, link, policy)
            count = await _keep(tx, counter, row.id, file)
            moment = await clock.now(tx, simulated=counter.simulated_clock)
            act = Act(link.actor, moment, tx, counter.policies, counter.province)
            return row, await move(act, row, ImportAction.RECEIVE, rows=count)


def _refuse_late(row: HistoricImport, link: Link, policy: NoticePolicy) -> None:
    decide(STEPS, row.as_case(), ImportAction.RECEIVE, link.actor, policy.articles)


async def _spool(file: BinaryIO, pieces: AsyncIterator[bytes], limit: int, announced: str) -> None:
    size, digest = 0, hashlib.sha256()
    async for piece in pieces:
        size += len(piece)
        if size > limit:
            raise FileTooLarge(limit=limit, field="file")
        digest.update(piece)
        file.write(piece)
    if not size:
        raise FileEmpty(field="file")
    if digest.hexdigest() != announced:
        raise ChecksumDiffers(field="sha256")
    file.flush()
    file.seek(0)


async def _keep(tx: AsyncSession, counter: Counter, import_id: UUID, file: BinaryIO) -> int:
    """Keep the rows as they are read; how many."""
    rules, waiting, count = counter.policies.latest.historic, list[dict[str, Any]](), 0
    async for row_no, cells in reading.rows(file, rules.columns, rules.reading, rules.sample_mark):
        kept = sealed(counter.sealer, import_id, cells)
        waiting.append({"import_id": import_id, "row_no": row_no, "cells": kept})
        if len(waiting) == CHUNK:
            await store.pour(tx, waiting)
            count, waiting = count + len(waiting), []
    await store.pour(tx, waiting)
    return count + len(waiting)


async def act_on(
    act: Act, accounts: Neighbour, import_id: UUID, asked: Asked, step: StepIn
) -> tuple[HistoricImport, tuple[Basis, ...]]:
    """Apply an import, give it up, or take it back. Who decides is asked of accounts anew, before anything is locked.

    Raises:
        HistoricImportNotFound: there is none of the caller's.
        DocumentNumberInvalid: it is taken back by a document.
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: the step cannot be taken.
        Unavailable: accounts does not answer.
    """
    known = await store.get(act.tx, import_id, act.actor)
    in_charge = asked is Asked.CANCEL or await _still_in_charge(act, accounts, known)
    changes = _taken_back(act, step) if asked is Asked.TAKE_BACK else {}
    row = await store.locked(act.tx, import_id, wait=False)
    basis = await move(
        act, row, ImportAction(asked), in_charge=in_charge, version=step.version, why=step.reason, **changes
    )
    if asked is Asked.CANCEL:
        await store.forget(act.tx, row.id)
    else:
        await working.restart(act.tx, row.id)
    return row, basis


def _taken_back(act: Act, step: StepIn) -> dict[str, Any]:
    """By which document an import is taken back, why, and by whom."""
    policy = act.policies.latest
    policy.certificate.document.require(step.document_number or "", [policy.articles[ARTICLE]])
    told = {"document_number": step.document_number, "reason": step.reason}
    return told | {"decided_by": act.actor.id, "decided_by_name": act.actor.name}


async def _still_in_charge(act: Act, accounts: Neighbour, known: HistoricImport) -> bool:
    seat = act.actor.require(Role.ORGANISATION_MANAGER, within=(known.organisation_id,))
    return _in_charge(await accounts.get(f"/v1/organisations/{known.organisation_id}"), act.actor, seat)


async def report(counter: Counter, link: Link) -> bytes:
    """The refused rows of an import as a workbook, read and written some hundreds at a time.

    Raises:
        HistoricImportNotFound: there is no such import.
        TooBusy: too many papers are to be made already.
    """
    async with PAPERS, counter.db.begin() as tx:
        row = await store.get(tx, link.import_id, link.actor)
        made, after = Report(counter.policies.latest.historic.columns), 0
        try:
            while found := await store.refused_after(tx, row.id, after, CHUNK):
                after = found[-1].row_no
                await tx.commit()  # no connection is held while they are written
                told = [
                    (each.row_no, shown(opened(counter.sealer, row.id, each.cells)), each.refusals or ())
                    for each in found
                ]
                await asyncio.to_thread(made.add, told)
        finally:
            content = await asyncio.to_thread(made.close)
        return content
