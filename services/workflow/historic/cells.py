"""A row of a file of historic certificates: its cells as a model takes them, sealed while they wait, masked when shown."""

from datetime import date
from typing import Annotated
from uuid import UUID

import orjson
from pydantic import AfterValidator, BaseModel, StringConstraints, ValidationError

from services.accounts.contract import TitleLimit
from services.kit.errors import Basis, Finding
from services.kit.sealing import Sealer
from services.quota.contract import TitleLevel
from services.spreadsheet.columns import Cells, Terms, misfits, read, terms_by
from services.workflow.certificate import names, number
from services.workflow.certificate.states import Way
from services.workflow.policy import NoticePolicy

HIDDEN = "resident_id"
NUMBER, NAME = 64, 120
SUFFIX = "系列"
SHOWN_FROM = 15
"""A number shorter than a resident id is not shown at all."""


def _text(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


def _kept(told: str, key: str, longest: int) -> str:
    """What is looked up by its key has one that tells something, and no longer than what is written."""
    if not any(character.isalnum() for character in key) or len(key) > longest:
        raise ValueError("no letter and no digit, or characters that stand for many")
    return told


def _number(told: str) -> str:
    return _kept(told, number.normalise(told), NUMBER)


def _name(told: str) -> str:
    return _kept(told, names.normalise(told), NAME)


class HistoricRow(BaseModel):
    """One row; a title whose way is not told was obtained by review, the way of old."""

    holder_name: Annotated[str, _text(NAME), AfterValidator(_name)]
    resident_id: Annotated[str, _text(40)] | None = None
    unit_name: Annotated[str, _text(160)] | None = None
    series: Annotated[str, _text(40)]
    specialty_name: Annotated[str, _text(120)] | None = None
    level: TitleLevel
    way: Way = Way.REVIEW
    obtained_on: date
    document_number: Annotated[str, _text(80)] | None = None
    committee_name: Annotated[str, _text(160)] | None = None
    issuer: Annotated[str, _text(160)] | None = None
    issued_on: date | None = None
    number: Annotated[str, _text(NUMBER), AfterValidator(_number)]
    limit: TitleLimit | None = None


def terms_of(policy: NoticePolicy) -> Terms:
    """What the cells of a file may say: the words of today, and those of old that the policy names."""
    told = policy.historic
    series = {
        name: each.code
        for each in policy.series.series
        for name in (each.name, each.name.removesuffix(SUFFIX), each.code)
    }
    old = {term: code for code, terms in told.series.items() for term in terms}
    return {
        "series": series | old,
        "level": terms_by(TitleLevel)
        | {term: level.value for level, terms in told.levels.items() for term in terms},
        "way": terms_by(Way) | {term: way.value for way, terms in told.ways.items() for term in terms},
        "limit": {each.term: each.code.value for each in told.limits},
    }


def row_of(
    cells: Cells, policy: NoticePolicy, terms: Terms, basis: Basis
) -> tuple[HistoricRow | None, list[Finding]]:
    """The row, or what cannot be read of it."""
    columns = policy.historic.columns
    reading = read(cells, columns, terms, basis)
    if reading.findings:
        return None, reading.findings
    try:
        return HistoricRow.model_validate(reading.values), []
    except ValidationError as error:
        return None, misfits(error, columns, basis)


def sealed(sealer: Sealer, import_id: UUID, cells: Cells) -> bytes:
    """A row's cells at rest."""
    return sealer.seal(orjson.dumps(dict(cells)), context=_context(import_id))


def opened(sealer: Sealer, import_id: UUID, kept: bytes) -> Cells:
    """The same, read again."""
    cells: Cells = orjson.loads(sealer.open(kept, context=_context(import_id)))
    return cells


def shown(cells: Cells) -> dict[str, str]:
    """A row as a report shows it: without the middle of its resident id."""
    return {field: _masked(cell) if field == HIDDEN else cell for field, cell in cells.items()}


def _masked(told: str) -> str:
    hidden = "*" * (len(told) - 7)
    return f"{told[:3]}{hidden}{told[-4:]}" if len(told) >= SHOWN_FROM else "*" * len(told)


def _context(import_id: UUID) -> str:
    return f"historic_import.cells.{import_id}"
