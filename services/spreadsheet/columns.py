"""From the columns of a file to fields: headers, the terms that cells may hold, and what a model says of a row."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services.kit.errors import Basis, Finding
from services.kit.words import Word
from services.spreadsheet.errors import ColumnMissing, ColumnRepeated, ColumnUnknown
from services.spreadsheet.policy import Column

Cells = Mapping[str, str]
"""What a row holds, by field; blank cells are left out."""
SPOILT = re.compile(r"-?\d(\.\d+)?e\+\d+", re.IGNORECASE)
"""A long number that a spreadsheet has shortened."""
DATE = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?(T00:00:00)?")
"""The ways in which days are written; a day's cell may tell midnight too."""
DATED = ("since", "_on", "_until")
NOT_OFFERED = "VALUE_NOT_OFFERED"


def fields_of(columns: Sequence[Column], header: Sequence[str]) -> list[str]:
    """The field of each column of a file.

    Raises:
        ColumnUnknown: a column is none of the template's; it is named by its place, for its title may be anything.
        ColumnRepeated: a column comes twice.
        ColumnMissing: one that is needed is not there.
    """
    known = {name: column for column in columns for name in (column.zh, column.field, *column.also)}
    found = [known.get(_title(cell)) for cell in header]
    if unknown := [str(at) for at, column in enumerate(found, start=1) if column is None]:
        listed = "、".join(column.zh for column in columns)
        raise ColumnUnknown(places="、".join(unknown), columns=listed, field="file")
    there = [column for column in found if column is not None]
    if repeated := dict.fromkeys(column.zh for column in there if there.count(column) > 1):
        raise ColumnRepeated(columns="、".join(repeated), field="file")
    if missing := [column.zh for column in columns if column.needed and column not in there]:
        raise ColumnMissing(columns="、".join(missing), field="file")
    return [column.field for column in there]


def _title(cell: str) -> str:
    return re.sub(r"[\s*＊]|（.*）|\(.*\)", "", cell)


Terms = Mapping[str, Mapping[str, str]]
"""For a field, each term that a cell may hold and the value it stands for; other fields are plain text."""


def terms_by(words: type[Word], more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The terms of an enumeration: those of `more` by its members, else its own, and the identifiers."""
    by_term = {(more or {}).get(word, word.zh): word.value for word in words}
    return by_term | {term: word.value for word in words for term in (word.zh, word.value)}


def offered(terms: Mapping[str, str]) -> list[str]:
    """One term for each value, the official one."""
    first: dict[str, str] = {}
    for term, value in terms.items():
        first.setdefault(value, term)
    return list(first.values())


@dataclass(frozen=True, slots=True)
class Reading:
    """The fields of a row as values, and what cannot be read of them."""

    values: dict[str, str]
    findings: list[Finding]


def read(
    cells: Cells, columns: Sequence[Column], terms: Terms, basis: Basis, *, open_terms: Collection[str] = ()
) -> Reading:
    """Terms become values; in the fields of `open_terms` what is no term stays, for a refusal of its own."""
    values, findings = dict(cells), []
    titles = {column.field: column.zh for column in columns}
    for field, cell in cells.items():
        title = titles.get(field, field)
        if SPOILT.fullmatch(cell):
            zh = f"“{title}”的数字过长，已被表格软件改写，请将该列设为文本格式后重新填写"
            en = f"{field}: the spreadsheet has spoilt this long number. Make the column text and type it again."
            findings.append(Finding("INVALID_FIELD", zh, en, field, (basis,)))
        elif field.endswith(DATED) and (day := DATE.fullmatch(cell)):
            values[field] = f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
        elif field in terms and cell in terms[field]:
            values[field] = terms[field][cell]
        elif field in terms and field not in open_terms:
            allowed = "、".join(offered(terms[field]))
            zh, en = f"“{title}”应为：{allowed}", f"{field}: one of {allowed}."
            findings.append(Finding(NOT_OFFERED, zh, en, field, (basis,)))
    return Reading(values, findings)


def misfits(error: ValidationError, columns: Sequence[Column], basis: Basis) -> list[Finding]:
    """What a model says of a row, in terms of its columns; the cell itself is never repeated."""
    titles = {column.field: column.zh for column in columns}
    found = []
    for each in error.errors(include_input=False, include_url=False, include_context=True):
        field = "_".join(str(part) for part in each["loc"])
        found.append(
            Finding(
                "INVALID_FIELD",
                f"“{titles.get(field, field)}”{_misfit(each)}",
                f"{field}: {each['msg']}",
                field,
                (basis,),
            )
        )
    return found


def _misfit(each: ErrorDetails) -> str:
    context = each.get("ctx", {})
    plain = {
        "missing": "应填写",
        "string_too_short": f"至少 {context.get('min_length')} 个字符",
        "string_too_long": f"最多 {context.get('max_length')} 个字符",
    }
    return plain.get(each["type"], "格式不符合要求")
