"""How the numbers of a level came about, line by line, so that a clerk can follow them; each line names its article."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.kit.errors import Basis
from services.quota.contract import StaffingCause as Cause
from services.quota.contract import StaffingMeasure as Measure
from services.quota.ledger.working import Line
from services.quota.staffing.policy import Window
from services.quota.staffing.reading import Balance, Sum


@dataclass(frozen=True, slots=True)
class PlanSet:
    """The plan in force on a level: since when, and by which document."""

    on_date: date
    document: str


def trace(
    balance: Balance,
    sums: Iterable[Sum],
    plan: PlanSet | None,
    window: Window,
    articles: Mapping[str, Basis],
) -> list[Line]:
    """The working of a level."""
    mine = [each for each in sums if each.level == balance.level]
    cite = articles["staffing_ledger"].cite
    return [
        _approved(balance, plan, cite),
        _added_up(mine, Measure.EMPLOYED, balance.employed, cite),
        _added_up(mine, Measure.QUALIFIED, balance.qualified_not_employed, cite),
        *_left(balance, mine, window, articles),
        *_derived(balance, articles["derived_cells"].cite),
    ]


def _approved(balance: Balance, plan: PlanSet | None, cite: str) -> Line:
    name = Measure.APPROVED.zh
    if plan is None:
        return Line(f"{name} {balance.approved}（未登记核定文件）", "approved 0: no plan is recorded", cite)
    return Line(
        f"{name} {balance.approved}（{plan.on_date} 核定，{plan.document}）",
        f"approved {balance.approved}, set on {plan.on_date} by {plan.document}",
        cite,
    )


def _added_up(sums: list[Sum], measure: Measure, whole: int, cite: str) -> Line:
    """A number as the sum of what each cause did to it."""
    parts = [each for each in _ordered(sums) if each.measure is measure and each.total]
    zh = _sum([(each.cause.zh, each.total) for each in parts], "−")
    en = _sum([(each.cause.value, each.total) for each in parts], "-")
    return Line(f"{measure.zh} {whole} = {zh}", f"{measure} {whole} = {en}", cite)


def _left(balance: Balance, sums: list[Sum], window: Window, articles: Mapping[str, Basis]) -> list[Line]:
    """Exits that count, and those that do not."""
    left = [each for each in _ordered(sums) if each.measure is Measure.EXIT]
    zh = _sum([(each.cause.zh, each.counted) for each in left if each.counted], "−")
    en = _sum([(each.cause.value, each.counted) for each in left if each.counted], "-")
    period = f"{window.first} 至 {window.last}"
    cite = articles[window.article].cite
    lines = [
        Line(
            f"{Measure.EXIT.zh} {balance.exits} = {zh}（统计时间 {period}）",
            f"exits {balance.exits} = {en} ({window.first} to {window.last})",
            cite,
        )
    ]
    if others := sum(each.total - each.counted for each in left):
        told = f"另有 {others} 人的退出不在统计时间或情形内，不计入"
        lines.append(Line(told, f"{others} more exits do not count", cite))
    return lines


def _derived(balance: Balance, cite: str) -> list[Line]:
    return [
        Line(
            f"空缺岗位数 {balance.vacant} = 核准 {balance.approved} − 聘任 {balance.employed}",
            f"vacant {balance.vacant} = approved {balance.approved} - employed {balance.employed}",
            cite,
        ),
        Line(
            f"职称申报数 {balance.declarable} = 空缺 {balance.vacant}"
            f" − 已取得资格未聘 {balance.qualified_not_employed}",
            f"to declare {balance.declarable} = vacant {balance.vacant}"
            f" - qualified, not employed {balance.qualified_not_employed}",
            cite,
        ),
    ]


def _ordered(sums: list[Sum]) -> list[Sum]:
    """In the order of the causes."""
    order = list(Cause)
    return sorted(sums, key=lambda each: order.index(each.cause))


def _sum(parts: list[tuple[str, int]], minus: str) -> str:
    """Terms with their signs: 期初在岗 5 + 聘任 1 − 退休 2."""
    told = "".join(f" {'+' if number > 0 else minus} {name} {abs(number)}" for name, number in parts)
    return told.removeprefix(" + ").strip() or "0"
