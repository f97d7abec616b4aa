"""The report as a workbook: a sheet a table, nothing of it ever a formula."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from services.kit.clock import SHANGHAI
from services.spreadsheet.sheets import OPTIONS
from services.workflow.season_report.schemas import CountOut, SeasonReportOut, TallyOut

TITLE = {"bold": True, "font_size": 14}
HEAD = {
    "bold": True,
    "border": 1,
    "bg_color": "#EEF5FA",
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
}
CELL = {"border": 1, "valign": "vcenter", "text_wrap": True}
RATE = {**CELL, "num_format": "0.0%"}
COUNTED = ("申报", "已提交", "评审通过", "评审未通过", "办理中", "其他终止", "已备案发证", "通过率")
Row = Sequence[str | float | int | None]


def workbook(report: SeasonReportOut, scope: str) -> bytes:
    """The workbook."""
    stream = io.BytesIO()
    moment = f"{report.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        shapes = {
            name: book.add_format(told) for name, told in (("title", TITLE), ("head", HEAD), ("cell", CELL))
        }
        rate = book.add_format(RATE)
        for name, head, rows in _tables(report):
            page = book.add_worksheet(name)
            page.set_column(0, 0, 32)
            page.set_column(1, len(head) - 1, 14)
            page.write_string(0, 0, f"{report.title} — {name}", shapes["title"])
            page.write_string(1, 0, f"{scope}，截至 {moment}")
            _line(page, 2, head, shapes["head"], rate)
            for at, row in enumerate(rows, start=3):
                _line(page, at, row, shapes["cell"], rate)
            page.freeze_panes(3, 1)
    return stream.getvalue()


def _tables(report: SeasonReportOut) -> list[tuple[str, Sequence[str], Iterable[Row]]]:
    counts = (
        ("按层级", "层级", report.levels),
        ("按系列", "系列", report.series),
        ("按市州", "市州", report.prefectures),
        ("按环节", "环节", report.states),
    )
    return [
        *((name, (key, *COUNTED), _counted([*rows, report.total])) for name, key, rows in counts),
        (
            "停留天数",
            ("环节", "已离开的申报", "中位天数", "第90百分位天数"),
            [(each.name, each.declarations, each.median_days, each.p90_days) for each in report.stays],
        ),
        (
            "退回原因",
            ("内容", "类别", "退回次数", "涉及申报", "最常见的原因"),
            [
                (each.name, each.kind, each.returns, each.declarations, each.commonest_reason)
                for each in report.reasons
            ],
        ),
        ("公示异议", ("公示", "状态", "件数"), _tallied(report.objections)),
        ("监督处理", ("处理", "状态", "件数"), _tallied(report.findings)),
        ("抽查", ("抽查", "状态", "件数"), _tallied(report.spot_checks)),
    ]


def _counted(counts: Iterable[CountOut]) -> Iterable[Row]:
    for each in counts:
        yield (
            *(each.name, each.declared, each.submitted, each.passed, each.not_passed),
            *(each.under_way, each.over, each.certified, each.pass_rate),
        )


def _tallied(tallies: Iterable[TallyOut]) -> Iterable[Row]:
    return [(each.kind_name, each.state_name, each.number) for each in tallies]


def _line(page: Any, at: int, cells: Row, shape: Any, rate: Any) -> None:
    """Numbers are numbers; a share below one of a table of counts is told in per cent; all else is plain text."""
    for place, cell in enumerate(cells):
        if cell is None:
            page.write_string(at, place, "—", shape)
        elif isinstance(cell, str):
            page.write_string(at, place, cell, shape)
        else:
            page.write_number(at, place, cell, rate if place == len(COUNTED) else shape)
