"""The annual review form and Annex 1 as workbooks: what follows from other cells is a formula, and stays alive."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell as name_of

from services.quota.annual_form.states import Cell
from services.quota.contract import TitleLevel
from services.quota.printing.annual_form import Sheet
from services.quota.printing.ratio_table import COLUMNS, RatioSheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
TITLE = {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}
FRAMED = {"border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
WIDE = {**FRAMED, "align": "left"}
LAST = 5
"""The table's last column, counted from nought."""
FIGURES = 4
"""The row of the first figures."""
ROWS = {cell: FIGURES + place for place, cell in enumerate(Cell)}
DERIVED = {
    Cell.VACANT: (Cell.APPROVED, Cell.EMPLOYED),
    Cell.DECLARABLE: (Cell.VACANT, Cell.QUALIFIED_NOT_EMPLOYED),
}
"""A cell that is the difference of two others (附件2 说明2)."""
PEOPLE = (
    ("姓 名", "name"),
    ("已取得专业技术任职资格", "qualified_title"),
    ("已聘任专业技术任职资格", "employed_title"),
    ("专业技术任职资格聘任时间", "employed_on"),
    ("已聘岗位等级", "post_grade"),
    ("推荐申报职称", "level"),
)


def annual_form(sheet: Sheet) -> bytes:
    """The form on one worksheet, set up for A4."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        page = book.add_worksheet("年度审核表")
        formats = {
            name: book.add_format(told) for name, told in (("title", TITLE), ("cell", FRAMED), ("wide", WIDE))
        }
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_column(0, LAST, 18)
        page.merge_range(0, 0, 0, LAST, sheet.title, formats["title"])
        _head(page, sheet, formats)
        _figures(page, sheet, formats)
        after = _people(page, sheet, formats)
        _opinions(page, sheet, formats, after)
    return stream.getvalue()


def _head(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    page.merge_range(1, 0, 1, 2, f"填报单位（盖章）：{sheet.unit['name']}", formats["wide"])
    page.merge_range(1, 3, 1, LAST, f"联系电话：{sheet.unit['phone'] or ''}", formats["wide"])
    page.write_string(2, 0, "单位名称", formats["cell"])
    page.merge_range(2, 1, 2, 2, sheet.unit["name"], formats["cell"])
    page.write_string(2, 3, "主管部门", formats["cell"])
    page.merge_range(2, 4, 2, LAST, sheet.unit["authority"] or "", formats["cell"])


def _figures(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    for column, words in enumerate(("岗位情况", "总数", *(level.zh for level in TitleLevel))):
        page.write_string(FIGURES - 1, column, words, formats["cell"])
    for cell, row in ROWS.items():
        by_level = sheet.figures[cell]
        page.write_string(row, 0, cell.zh, formats["cell"])
        first, last = name_of(row, 2), name_of(row, LAST)
        page.write_formula(row, 1, f"=SUM({first}:{last})", formats["cell"], sum(by_level.values()))
        for column, level in enumerate(TitleLevel, start=2):
            if cell in DERIVED:
                whole, less = (name_of(ROWS[each], column) for each in DERIVED[cell])
                page.write_formula(row, column, f"={whole}-{less}", formats["cell"], by_level[level])
            else:
                page.write_number(row, column, by_level[level], formats["cell"])


def _people(page: Any, sheet: Sheet, formats: dict[str, Any]) -> int:
    """The people recommended; the row after them."""
    row = FIGURES + len(ROWS)
    page.merge_range(row, 0, row, LAST, sheet.recommended, formats["wide"])
    page.set_row(row, 32)
    _line(page, row + 1, [heading for heading, _ in PEOPLE], formats["cell"])
    for row_of, person in enumerate(sheet.people, start=row + 2):
        _line(page, row_of, [str(person[key] or "") for _, key in PEOPLE], formats["cell"])
    return row + 2 + len(sheet.people)


def _opinions(page: Any, sheet: Sheet, formats: dict[str, Any], row: int) -> None:
    for place, (heading, who, signed) in enumerate(
        (
            ("主管部门审核意见", "负责人签字", sheet.authority),
            ("同级人社部门审核意见", "经办人签字", sheet.hrss),
        )
    ):
        told = (
            f"{signed['opinion']}\n{who}：{signed['name']}\n盖章：\n{signed['on']}"
            if signed
            else f"\n{who}：\n盖章：\n年  月  日"
        )
        page.write_string(row, place * 3, heading, formats["cell"])
        page.merge_range(row, place * 3 + 1, row, place * 3 + 2, told, formats["wide"])
    page.set_row(row, 80)
    page.write_string(row + 1, 0, "备注", formats["cell"])
    page.merge_range(row + 1, 1, row + 1, LAST, "\n".join(sheet.remarks), formats["wide"])
    page.set_row(row + 1, max(20, 16 * len(sheet.remarks)))
    for place, note in enumerate(sheet.notes, start=1):
        page.merge_range(row + 1 + place, 0, row + 1 + place, LAST, f"{place}.{note}", formats["wide"])
        page.set_row(row + 1 + place, 48)


def ratio_table(sheet: RatioSheet) -> bytes:
    """Annex 1 on one worksheet; the overall ratios are formulas."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        page = book.add_worksheet("附件1")
        formats = {
            name: book.add_format(told) for name, told in (("title", TITLE), ("cell", FRAMED), ("wide", WIDE))
        }
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_column(0, 0, 48)
        last = len(COLUMNS) + 1
        page.merge_range(0, 0, 0, last, sheet.title, formats["title"])
        _line(page, 1, ["地区", *(column.zh for column in COLUMNS), "备注"], formats["cell"])
        for row, line in enumerate(sheet.rows, start=2):
            page.write_string(row, 0, line.title, formats["wide"])
            for column, told in enumerate(COLUMNS, start=1):
                number = told.of(line.row)
                if told.sum_of:
                    added = "+".join(name_of(row, 1 + COLUMNS.index(each)) for each in told.parts())
                    page.write_formula(row, column, f"={added}", formats["cell"], number)
                else:
                    page.write_number(row, column, number, formats["cell"])
            page.write_string(row, last, line.row.remark or "", formats["cell"])
        page.merge_range(
            len(sheet.rows) + 2, 0, len(sheet.rows) + 2, last, f"说明：{sheet.note}", formats["wide"]
        )
        page.set_row(len(sheet.rows) + 2, 32)
    return stream.getvalue()


def _line(page: Any, row: int, words: Sequence[str], shape: Any) -> None:
    for column, word in enumerate(words):
        page.write_string(row, column, word, shape)
