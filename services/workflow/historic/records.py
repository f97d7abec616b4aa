"""A file as a whole: what repeats in it, what is on record, and all of it becoming certificates. Sets, never row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, exists, func, insert, literal_column, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.certificate.model import Certificate, CertificateChange
from services.workflow.certificate.states import Standing
from services.workflow.historic.model import HistoricImportRow

GONE = (Standing.VOID, Standing.SUPERSEDED)
"""Where a certificate takes no number any more: void, or another came in its place."""
HOLDER = ("编号和姓名", "number and name")
ISSUER = ("编号和发证机关", "number and issuer")
COLUMNS = (
    *("id", "province", "origin", "import_id", "import_row", "vouched", "number", "number_key"),
    *(
        "holder_name",
        "holder_key",
        "year",
        "person_id",
        "account_id",
        "masked_resident_id",
        "unit_name",
        "series",
    ),
    *("series_name", "specialty_name", "level", "way", "obtained_on", "document_number", "committee_name"),
    *("issuer_id", "issuer_name", "issued_on", "limits", "lineage"),
)
"""What an imported certificate has."""


@dataclass(frozen=True, slots=True)
class Same:
    """What a row shares with another: in words, and the number of that row in the file (0: it is on record)."""

    row_no: int
    zh: str
    en: str
    first: int = 0


async def alone(tx: AsyncSession, province: str) -> None:
    """One import is applied at a time, so that what was not on record a moment ago still is not."""
    key = func.hashtextextended(f"workflow/historic/{province}", 0)
    await tx.execute(select(func.pg_advisory_xact_lock(key)))


async def repeated(tx: AsyncSession, import_id: UUID) -> list[Same]:
    """The rows that tell of a certificate that an earlier row tells of."""
    row = HistoricImportRow
    firsts = [
        func.min(row.row_no).over(partition_by=(row.number_key, key)).label(name)
        for name, key in (("holder", row.holder_key), ("issuer", row.issuer_id))
    ]
    here = row.import_id == import_id, row.number_key.is_not(None)
    seen = select(row.row_no, *firsts).where(*here).subquery()
    again = or_(seen.c.holder < seen.c.row_no, seen.c.issuer < seen.c.row_no)
    found = await tx.execute(select(seen).where(again).order_by(seen.c.row_no))
    return [same for each in found for same in _firsts(each)]


def _firsts(found: Row[Any]) -> Iterator[Same]:
    if found.holder < found.row_no:
        yield Same(found.row_no, *HOLDER, found.holder)
    else:
        yield Same(found.row_no, *ISSUER, found.issuer)


async def on_record(tx: AsyncSession, import_id: UUID) -> list[Same]:
    """The rows whose certificate is here already, and stands: that number for that holder, or by that issuer."""
    row, known = HistoricImportRow, Certificate
    gone = exists().where(CertificateChange.certificate_id == known.id, CertificateChange.standing.in_(GONE))
    holder = (known.holder_key == row.holder_key).label("holder")
    same = and_(known.number_key == row.number_key, or_(holder, known.issuer_id == row.issuer_id))
    shared = select(row.row_no, func.bool_or(holder).label("holder")).join(known, same)
    found = await tx.execute(shared.where(row.import_id == import_id, ~gone).group_by(row.row_no))
    return [Same(each.row_no, *(HOLDER if each.holder else ISSUER)) for each in found]


async def write(tx: AsyncSession, import_id: UUID) -> int:
    """Make certificates of all rows, in one statement; how many."""
    blank: ColumnElement[Any] = literal_column("null::certificate")
    row = HistoricImportRow
    made = func.jsonb_populate_record(blank, row.ready).table_valued(*COLUMNS, name="made")
    rows = select(*made.c).select_from(row).join(made, true()).where(row.import_id == import_id)
    done = await tx.execute(insert(Certificate).from_select(COLUMNS, rows, include_defaults=False))
    return int(getattr(done, "rowcount", 0))
