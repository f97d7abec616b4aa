"""Questions from an XLSX sheet: one a row, under headings in Chinese or English."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from python_calamine import CalamineError, CalamineWorkbook

from services.accounts.question_bank.errors import RowsUnreadable, SheetUnreadable
from services.accounts.question_bank.question import MOST_QUESTIONS, Question
from services.accounts.question_bank.states import Kind
from services.kit.errors import Finding

HEADINGS = {
    "编号": "id",
    "题型": "kind",
    "主题": "topic",
    "题目": "text",
    "选项": "options",
    "答案": "answer",
    "依据": "cite",
    "解析": "explanation",
}
DEMANDED = {"id", "text", "answer", "cite", "explanation"}
OPTION = re.compile(r"^\s*([A-Za-z0-9]{1,8})\s*[.．、:：)）=]\s*(.*?)\s*$")
KINDS = {kind.zh: kind.value for kind in Kind}
TRUE_FALSE = {"a": "正确", "b": "错误"}
SAID = {"正确": "a", "对": "a", "√": "a", "错误": "b", "错": "b", "×": "b"}
UNPACKED = 32 * 1024 * 1024
TOLD_AT_MOST = 50


def questions_of(data: bytes) -> list[Question]:
    """The questions of the first sheet.

    Raises:
        SheetUnreadable: no workbook, no such columns, or too large.
        RowsUnreadable: rows that are no questions, each named.
    """
    heading, *rows = _rows(data) or [[]]
    names = [HEADINGS.get(str(cell).strip(), str(cell).strip().lower()) for cell in heading]
    missing = sorted(DEMANDED - set(names))
    if missing:
        raise SheetUnreadable(
            why_zh=f"缺少列 {'、'.join(missing)}", why_en=f"columns missing: {', '.join(missing)}"
        )
    told = [(number, row) for number, row in enumerate(rows, 2) if any(str(cell).strip() for cell in row)]
    if len(told) > MOST_QUESTIONS:
        raise SheetUnreadable(
            why_zh=f"超过 {MOST_QUESTIONS} 题", why_en=f"more than {MOST_QUESTIONS} questions"
        )
    found: list[Question] = []
    faults: list[Finding] = []
    for number, row in told:
        try:
            found.append(Question.model_validate(_told(dict(zip(names, row, strict=False)))))
        except ValidationError as error:
            faults += _faults(number, error)
    if faults:
        first = faults[0]
        raise RowsUnreadable(
            count=len(faults),
            first_zh=first.zh,
            first_en=first.en,
            findings=faults[:TOLD_AT_MOST],
            field=first.field,
        )
    return found


def _rows(data: bytes) -> list[list[Any]]:
    """The cells of the first sheet; a small file that unpacks to a huge one is not opened."""
    try:
        _refuse_huge(data)
        return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    except (
        CalamineError,
        zipfile.BadZipFile,
        OSError,
        ValueError,
        IndexError,
        NotImplementedError,
        EOFError,
    ) as error:
        raise SheetUnreadable(why_zh="不是有效的 XLSX 文件", why_en="it is no XLSX workbook") from error


def _refuse_huge(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        left = UNPACKED
        for part in packed.infolist():
            with packed.open(part) as content:
                while piece := content.read(1 << 20):
                    left -= len(piece)
                    if left < 0:
                        raise SheetUnreadable(why_zh="内容过大", why_en="its content is too large")


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a question is written in a policy file; empty cells are as if left out."""
    told = {name: _text(cell) for name, cell in row.items() if name in HEADINGS.values() and _text(cell)}
    told |= {name: told.get(name, "") for name in DEMANDED}
    told["kind"] = KINDS.get(told.get("kind", ""), told.get("kind", Kind.SINGLE.value))
    options = dict(_options(told.get("options", "")))
    if told["kind"] == Kind.TRUE_FALSE and not options:
        options, told["answer"] = TRUE_FALSE, SAID.get(told["answer"], told["answer"].lower())
    return told | {"options": options}


def _text(cell: Any) -> str:
    """A number that a spreadsheet made of `1` is `1` again."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _options(cell: str) -> Iterator[tuple[str, str]]:
    """One option a line, as `a. words`; a line that is none becomes an option without words, which the rules refuse."""
    for line in cell.splitlines():
        if line.strip():
            fits = OPTION.match(line)
            yield (fits[1], fits[2]) if fits else (line.strip()[:40], "")


def _faults(number: int, error: ValidationError) -> list[Finding]:
    columns = {english: chinese for chinese, english in HEADINGS.items()}
    found = []
    for each in error.errors():
        column, why = str(each["loc"][0]), each["msg"]
        zh, en = f"第{number}行“{columns[column]}”：{why}", f"Row {number}, {column}: {why}"
        found.append(Finding("ROW_UNREADABLE", zh, en, f"rows.{number}.{column}"))
    return found
