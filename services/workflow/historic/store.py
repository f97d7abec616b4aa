"""Imports and their rows in the database; a caller sees those of the organisations he or she manages."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, Uuid, and_, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.kit.steps import StaleVersion
from services.workflow.historic.errors import HistoricImportNotFound
from services.workflow.historic.model import HistoricImport, HistoricImportRow
from services.workflow.historic.states import ImportState

ROWS = cast("Table", HistoricImportRow.__table__)
LOCK_NOT_AVAILABLE = "55P03"
MOST_ABANDONED = 100
_TOLD = (bindparam("told", type_=JSONB), bindparam("import_id", type_=Uuid))
MARK = text("""
    update historic_import_row as kept
    set number_key = told.number_key, holder_key = told.holder_key, issuer_id = told.issuer_id,
        ready = told.ready, refusals = told.refusals
    from jsonb_to_recordset(:told) as told
        (row_no int, number_key text, holder_key text, issuer_id uuid, ready jsonb, refusals jsonb)
    where kept.import_id = :import_id and kept.row_no = told.row_no
""").bindparams(*_TOLD)
REFUSE = text("""
    update historic_import_row as kept set refusals = coalesce(kept.refusals, '[]') || told.refusal
    from jsonb_to_recordset(:told) as told (row_no int, refusal jsonb)
    where kept.import_id = :import_id and kept.row_no = told.row_no
""").bindparams(*_TOLD)
BARE: dict[str, Any] = {"synchronize_session": False}


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which imports the caller may see."""
    return HistoricImport.organisation_id.in_(actor.organisation_ids(Role.ORGANISATION_MANAGER))


def listed(actor: Actor, organisation_id: UUID | None) -> Select[HistoricImport]:
    """The imports of the caller's organisations."""
    mine = select(HistoricImport).where(visible(actor))
    return mine.where(HistoricImport.organisation_id == organisation_id) if organisation_id else mine


async def get(tx: AsyncSession, import_id: UUID, actor: Actor) -> HistoricImport:
    """An import of the caller's organisation.

    Raises:
        HistoricImportNotFound: unknown, or another's.
    """
    return await _one(tx, select(HistoricImport).where(HistoricImport.id == import_id, visible(actor)))


async def locked(tx: AsyncSession, import_id: UUID, *, wait: bool = True) -> HistoricImport:
    """An import, its row locked until the transaction ends.

    Raises:
        HistoricImportNotFound: there is none.
        StaleVersion: the worker has it, and it was not to be waited for.
    """
    query = select(HistoricImport).where(HistoricImport.id == import_id).with_for_update(nowait=not wait)
    try:
        return await _one(tx, query)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise StaleVersion(field="version") from error
        raise


async def abandoned(tx: AsyncSession, keep_days: int) -> list[HistoricImport]:
    """Imports that nobody went on with for so long, by the database's clock, some at a time; locked."""
    began = func.now() - timedelta(days=keep_days)
    waits = HistoricImport.state.in_((ImportState.RECEIVING, ImportState.CHECKED))
    old = select(HistoricImport).where(waits, HistoricImport.created_at < began).limit(MOST_ABANDONED)
    return list(await tx.scalars(old.with_for_update(skip_locked=True)))


async def _one(tx: AsyncSession, chosen: Select[HistoricImport]) -> HistoricImport:
    found: HistoricImport | None = await tx.scalar(chosen.execution_options(populate_existing=True))
    if found is None:
        raise HistoricImportNotFound
    return found


async def pour(tx: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write many rows of a file by COPY, in this transaction."""
    if not rows:
        return
    names = list(rows[0])
    raw = await (await tx.connection()).get_raw_connection()
    assert raw.driver_connection is not None
    records = [tuple(row.values()) for row in rows]
    await raw.driver_connection.copy_records_to_table(ROWS.name, records=records, columns=names)


async def after(tx: AsyncSession, import_id: UUID, row_no: int, most: int) -> list[tuple[int, bytes]]:
    """The next rows of a file, in its order: number and cells."""
    query = select(HistoricImportRow.row_no, HistoricImportRow.cells).order_by(HistoricImportRow.row_no)
    here = query.where(HistoricImportRow.import_id == import_id, HistoricImportRow.row_no > row_no)
    return [(row.row_no, row.cells) for row in await tx.execute(here.limit(most))]


async def refused_after(tx: AsyncSession, import_id: UUID, row_no: int, most: int) -> list[HistoricImportRow]:
    """The next refused rows, in the order of the file."""
    refused = select(HistoricImportRow).where(HistoricImportRow.refusals.is_not(None))
    here = refused.where(HistoricImportRow.import_id == import_id, HistoricImportRow.row_no > row_no)
    return list(await tx.scalars(here.order_by(HistoricImportRow.row_no).limit(most)))


async def mark(tx: AsyncSession, import_id: UUID, judged: Sequence[Mapping[str, Any]]) -> None:
    """Keep what was found of many rows, in one statement; each names its `row_no`."""
    await tx.execute(MARK, {"import_id": import_id, "told": judged})


async def refuse(tx: AsyncSession, import_id: UUID, found: Sequence[Mapping[str, Any]]) -> None:
    """Add a refusal to each of many rows, in one statement; each names its `row_no`."""
    if found:
        await tx.execute(REFUSE, {"import_id": import_id, "told": found})


async def forget(tx: AsyncSession, import_id: UUID) -> None:
    """Delete the rows of an import, and with them what they held of people."""
    await tx.execute(
        delete(HistoricImportRow).where(HistoricImportRow.import_id == import_id).execution_options(**BARE)
    )


async def counted(tx: AsyncSession, import_id: UUID) -> tuple[int, int]:
    """How many rows were refused, and how many of the others belong to nobody whom accounts knows."""
    refused = HistoricImportRow.refusals.is_not(None)
    unlinked = and_(~refused, HistoricImportRow.ready["person_id"].astext.is_(None))
    counts = (func.count().filter(each) for each in (refused, unlinked))
    row = (await tx.execute(select(*counts).where(HistoricImportRow.import_id == import_id))).one()
    return int(row[0]), int(row[1])
