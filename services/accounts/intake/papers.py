"""Files that are fetched: the template, the refused rows, the codes. Who fetched codes is kept for ever."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.installation import Desk
from services.accounts.intake import sheets, store
from services.accounts.intake.errors import NotYoursAlone
from services.accounts.intake.judging import Job, code_of
from services.accounts.intake.model import Intake, IntakeRow
from services.accounts.intake.states import Kind, Paper
from services.accounts.person.document import masked, masked_phone
from services.kit import audit
from services.kit.auth import Actor
from services.kit.clock import SHANGHAI
from services.spreadsheet.columns import Cells
from services.spreadsheet.sheets import Report

CHUNK = 500
MASKED: Mapping[str, Any] = {"document_number": masked, "phone": masked_phone}
"""Columns that a report shows in part."""


def file_name(paper: Paper, kind: Kind) -> str:
    """What a file is called."""
    return f"{kind.zh}{paper.zh}.xlsx"


async def template(desk: Desk, kind: Kind) -> bytes:
    """The template of a kind."""
    return await asyncio.to_thread(sheets.template, desk.policy, kind)


async def report(tx: AsyncSession, desk: Desk, actor: Actor, intake_id: UUID) -> tuple[Intake, bytes]:
    """The refused rows of an import, numbers of documents masked.

    Raises:
        ImportNotFound: there is none of the caller's.
    """
    intake = await store.get(tx, intake_id, seen_by=actor)
    job, after = Job.of(desk, intake), 0
    made = Report(desk.policy.intake.columns[intake.what])
    try:
        while found := await store.refused_after(tx, intake.id, after, CHUNK):
            after = found[-1].row_no
            await tx.commit()  # no connection is held while they are written
            rows = [(row.row_no, shown(job.cells(row.cells)), row.refusals or []) for row in found]
            await asyncio.to_thread(made.add, rows)
    finally:
        content = await asyncio.to_thread(made.close)
    return intake, content


def shown(cells: Cells) -> dict[str, str]:
    """A row as a report shows it."""
    return {field: MASKED[field](cell) if field in MASKED else cell for field, cell in cells.items()}


async def activations(tx: AsyncSession, desk: Desk, actor: Actor, intake_id: UUID) -> tuple[Intake, bytes]:
    """The codes of an import, for whoever imported and while they are good; every fetching is in the audit.

    Raises:
        ImportNotFound: there is none of the caller's.
        NotYoursAlone: another imported, it is not done, or the codes have expired.
    """
    intake = await store.get(tx, intake_id, seen_by=actor)
    basis = desk.policy.articles["imports"]
    good = await tx.scalar(select(Intake.codes_until > func.now()).where(Intake.id == intake.id))
    if intake.account_id != actor.id or not good or intake.codes_until is None:
        raise NotYoursAlone(basis=(basis,))
    rows = await _codes(tx, desk, intake)
    await audit.record(
        tx,
        actor=actor,
        action="intake.FETCH_ACTIVATIONS",
        subject=f"intake/{intake.id}",
        moment=desk.moment,
        organisation_id=intake.organisation_id,
        basis=(basis,),
        detail={"codes": len(rows)},
    )
    until = intake.codes_until.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    await tx.commit()  # no connection is held while it is made
    return intake, await asyncio.to_thread(sheets.activations, rows, until)


async def _codes(tx: AsyncSession, desk: Desk, intake: Intake) -> list[list[str]]:
    """Sign-in name, name and code of every account, read and opened some hundreds at a time: others get their turn."""
    sealer, context = desk.installation.sealer, code_of(intake.id)
    here = IntakeRow.intake_id == intake.id, IntakeRow.code.is_not(None)
    query = select(IntakeRow.row_no, IntakeRow.code).where(*here).order_by(IntakeRow.row_no).limit(CHUNK)
    rows: list[list[str]] = []
    after = 0
    while found := (await tx.execute(query.where(IntakeRow.row_no > after))).all():
        after = found[-1].row_no
        rows += [orjson.loads(sealer.open(row.code, context=context)) for row in found]
    return rows
