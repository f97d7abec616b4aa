"""Which exits count as those of the year, and why one does not (附件2 说明3, 二（一）第2段)."""

from dataclasses import dataclass
from datetime import date

from services.quota.contract import StaffingCause as Cause
from services.quota.contract import TitleLevel
from services.quota.staffing.policy import Window


@dataclass(frozen=True, slots=True)
class Counting:
    """Whether an exit counts, in words, and the article that says so."""

    counts: bool
    zh: str
    en: str
    article: str


def counting(cause: Cause, on_date: date, level: TitleLevel | None, window: Window) -> Counting:
    """Whether the exit from a post of `level` (None: no post was held) counts inside a year's window."""
    period = f"{window.first} 至 {window.last}"
    if level is None:
        return Counting(
            counts=False,
            zh="退出时未聘在任何岗位，不计入退出人数",
            en="No post was held, so the exit does not count.",
            article="exits_proof",
        )
    if cause not in window.causes:
        return Counting(
            counts=False,
            zh=f"“{cause.zh}”不计入退出人数",
            en=f"{cause} does not count among the exits.",
            article="exits_proof",
        )
    if not window.covers(on_date):
        return Counting(
            counts=False,
            zh=f"退出日期 {on_date} 不在统计时间（{period}）内，不计入退出人数",
            en=f"The exit on {on_date} lies outside {window.first} to {window.last} and does not count.",
            article=window.article,
        )
    return Counting(
        counts=True,
        zh=f"在统计时间（{period}）内，计入{level.zh}退出人数",
        en=f"The exit lies inside {window.first} to {window.last} and counts at {level}.",
        article=window.article,
    )
