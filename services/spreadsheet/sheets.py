"""Workbooks that go out: a template, the refused rows. Nothing in them is ever a formula."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from services.spreadsheet.policy import Column

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
STREAMED = OPTIONS | {"constant_memory": True, "in_memory": False}
WIDTH, NOTE_WIDTH = 20, 60
FIELDS, CHOICES = "导入", "可选值"


def template(columns: Sequence[Column], offers: Mapping[str, Sequence[str]], rows: int) -> bytes:
    """An empty file with the right columns: a sample row, and lists of what the cells of a field may hold."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        sheet, choices = book.add_worksheet(FIELDS), book.add_worksheet(CHOICES)
        sheet.set_column(0, len(columns) - 1, WIDTH, text)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column.zh, bold)
            sheet.write_string(1, at, column.sample, text)
            if column.note:
                sheet.write_comment(0, at, column.note)
            _offer(sheet, choices, at, column, offers.get(column.field, ()), rows)
        choices.set_column(0, len(columns) - 1, WIDTH)
    return stream.getvalue()


def _offer(
    sheet: Worksheet, choices: Worksheet, at: int, column: Column, values: Sequence[str], rows: int
) -> None:
    """List what a column's cells may hold on the second sheet, and let them be chosen on the first."""
    choices.write_string(0, at, column.zh)
    choices.write_string(1, at, column.note)
    for row, value in enumerate(values, start=2):
        choices.write_string(row, at, value)
    if values:
        letter = chr(ord("A") + at)
        source = f"='{CHOICES}'!${letter}$3:${letter}${len(values) + 2}"
        rule = {"validate": "list", "source": source, "error_type": "warning"}
        sheet.data_validation(1, at, rows, at, rule)


Refused = tuple[int, Mapping[str, str], Sequence[Mapping[str, Any]]]
"""A row's number, its cells as they may be shown, and what is wrong with it."""


class Report:
    """The refused rows, written as they come: number in the file, what is wrong, on which article, and their cells."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns, self._stream, self._at = columns, io.BytesIO(), 0
        self._book = xlsxwriter.Workbook(self._stream, STREAMED)
        self._sheet = self._book.add_worksheet("未通过的行")
        header = ["行号", "错误代码", "说明", "依据", *(column.zh for column in columns)]
        self._sheet.set_column(1, 3, NOTE_WIDTH)
        self._sheet.set_column(4, len(header) - 1, WIDTH)
        write_row(self._sheet, 0, header)

    def add(self, rows: Iterable[Refused]) -> None:
        """Some more."""
        for row_no, cells, refusals in rows:
            self._at += 1
            codes = "；".join(each["code"] for each in refusals)
            why = "；".join(each["zh"] for each in refusals)
            cites = "；".join(dict.fromkeys(basis["cite"] for each in refusals for basis in each["basis"]))
            shown = [cells.get(column.field, "") for column in self._columns]
            write_row(self._sheet, self._at, [str(row_no), codes, why, cites, *shown])

    def close(self) -> bytes:
        """The workbook, whole; to be called in any case, for until then a file is kept of it."""
        self._book.close()
        return self._stream.getvalue()


def report(columns: Sequence[Column], rows: Iterable[Refused]) -> bytes:
    """The same of rows that are all at hand."""
    made = Report(columns)
    try:
        made.add(rows)
    finally:
        content = made.close()
    return content


def write_row(sheet: Worksheet, at: int, cells: Sequence[str]) -> None:
    """One row of plain texts."""
    for place, cell in enumerate(cells):
        sheet.write_string(at, place, cell)
