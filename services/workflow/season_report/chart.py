"""The data of the report's picture: how far its bars and axes go; what it says is data too."""

from collections.abc import Sequence
from typing import Any

from services.kit.clock import SHANGHAI
from services.workflow.season_report.schemas import CountOut, SeasonReportOut
from services.workflow.season_report.states import Outcome

STEPS = (1, 2, 3, 4, 6, 8)
"""An axis ends at one of these, times a power of ten."""
MOST_SERIES, MOST_REASONS = 12, 10
"""How many bars a panel holds at most; the others stand in the workbook."""
NOTHING = "尚无数据"
NOTE = (
    "通过率为评审通过占已表决的比例，只列申报最多的系列；停留天数按已离开该环节的申报计，含多次停留，圆点为中位数，横线至第90百分位；"
    "退回一次列多项的，逐项计数。"
)


def picture(report: SeasonReportOut, scope: str) -> dict[str, Any]:
    """The data of the template."""
    moment = f"{report.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return {
        "title": report.title,
        "subtitle": f"{scope} · 截至 {moment}",
        "note": NOTE,
        "nothing": NOTHING,
        "tiles": _tiles(report),
        "legend": [{"key": each.lower(), "zh": each.zh} for each in Outcome],
        "places": _stacked("各市州申报及评审结果（件）", report.prefectures),
        "rates": _rates("各系列评审通过率", report.series),
        "stays": _stays("各环节停留天数", report),
        "reasons": _reasons("退回最多的内容（次）", report),
    }


def _tiles(report: SeasonReportOut) -> list[dict[str, str]]:
    total = report.total
    rate = "—" if total.pass_rate is None else f"{total.pass_rate:.1%}"
    told = (
        ("申报", str(total.declared)),
        ("已提交", str(total.submitted)),
        ("评审通过", str(total.passed)),
        ("通过率", rate),
        ("已备案发证", str(total.certified)),
        ("公示异议", str(sum(each.number for each in report.objections))),
        ("监督处理", str(sum(each.number for each in report.findings))),
        ("抽查", str(sum(each.number for each in report.spot_checks))),
    )
    return [{"zh": name, "told": number} for name, number in told]


def _stacked(title: str, counts: Sequence[CountOut]) -> dict[str, Any]:
    rows = [
        {
            "name": each.name,
            "total": each.declared,
            "parts": {part.lower(): getattr(each, part.lower()) for part in Outcome},
        }
        for each in counts
    ]
    return {"title": title, "rows": rows, "ticks": ticks(max((each.declared for each in counts), default=0))}


def _rates(title: str, counts: Sequence[CountOut]) -> dict[str, Any]:
    decided = [each for each in counts if each.pass_rate is not None][:MOST_SERIES]
    rows = [
        {
            "name": each.name,
            "share": each.pass_rate,
            "told": f"{each.pass_rate:.1%}",
            "of": f"{each.passed}/{each.passed + each.not_passed}",
        }
        for each in decided
    ]
    return {"title": title, "rows": rows}


def _stays(title: str, report: SeasonReportOut) -> dict[str, Any]:
    rows = [
        {"name": each.name, "median": each.median_days, "p90": each.p90_days, "of": each.declarations}
        for each in report.stays
    ]
    most = max((each.p90_days for each in report.stays), default=0)
    return {"title": title, "rows": rows, "ticks": ticks(most)}


def _reasons(title: str, report: SeasonReportOut) -> dict[str, Any]:
    most = report.reasons[:MOST_REASONS]
    rows = [{"name": each.name, "kind": each.kind, "number": each.returns} for each in most]
    return {"title": title, "rows": rows, "ticks": ticks(max((each.returns for each in most), default=0))}


def ticks(most: float) -> list[float]:
    """Where an axis is marked: its beginning, its middle where that is whole, its end at or behind `most`."""
    scale = 1
    while True:
        for step in STEPS:
            if step * scale >= most:
                end = step * scale
                return [0, end] if end % 2 else [0, end // 2, end]
        scale *= 10
