"""How many places a level has left, with the way there line by line. All figures are posts or people of one unit and year."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.kit.errors import Basis
from services.quota.contract import TitleLevel
from services.quota.reservation.rules import Exemption

ARTICLES = ("derived_cells", "within_numbers", "senior_and_middle", "form_required", "institutions_only")
"""The articles this concept names."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One level: the figures of the approved form, and what recommendations take of them."""

    level: TitleLevel
    approved: int
    employed: int
    vacant: int
    qualified_not_employed: int
    declarable: int
    held: int
    used: int

    @property
    def free(self) -> int:
        """Places left; a negative number to declare allows none (附件2 说明2)."""
        return max(self.declarable, 0) - self.held - self.used

    @property
    def live(self) -> int:
        """Recommendations that take a place now."""
        return self.held + self.used


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the working, and the article it rests on."""

    zh: str
    en: str
    cite: str


def trace(standing: Standing, articles: Mapping[str, Basis], *, limited: bool) -> list[Line]:
    """The working of a level, so that a clerk can follow it."""
    if not limited:
        name = standing.level.zh
        unlimited = Line(
            f"{name}不受岗位数额限制", f"{standing.level} is not limited.", articles["senior_and_middle"].cite
        )
        return [*_derived(standing, articles["derived_cells"].cite), unlimited]
    return [
        *_derived(standing, articles["derived_cells"].cite),
        *_nothing_below_zero(standing, articles["derived_cells"].cite),
        _left(standing, articles["within_numbers"].cite),
    ]


def of_unit(form_id: UUID | None, exempt: Exemption | None, articles: Mapping[str, Basis]) -> Line | None:
    """What holds for the whole unit before any level is looked at; None when its approved form decides."""
    if exempt is not None:
        return Line(
            f"{exempt.title}，不受岗位数额限制",
            "This unit is not limited by posts.",
            articles[exempt.article].cite,
        )
    if form_id is None:
        return Line(
            "本年度审核表尚未审核备案，不能推荐高级、中级职称",
            "No form of the year is approved yet: no senior or middle title can be recommended.",
            articles["form_required"].cite,
        )
    return None


def figures(standing: Standing) -> tuple[str, str]:
    """Why there is no place, in one line of figures: Chinese and English."""
    zh = (
        f"核准 {standing.approved} − 聘任 {standing.employed} − 已取得资格未聘 {standing.qualified_not_employed}"
        f" = {standing.declarable}，已预留 {standing.held}，已占用 {standing.used}"
    )
    en = (
        f"approved {standing.approved} - employed {standing.employed} - qualified, not employed"
        f" {standing.qualified_not_employed} = {standing.declarable}, held {standing.held}, used {standing.used}"
    )
    return zh, en


def _derived(standing: Standing, cite: str) -> list[Line]:
    return [
        Line(
            f"空缺岗位数 {standing.vacant} = 核准 {standing.approved} − 聘任 {standing.employed}",
            f"vacant {standing.vacant} = approved {standing.approved} - employed {standing.employed}",
            cite,
        ),
        Line(
            f"职称申报数 {standing.declarable} = 空缺 {standing.vacant} − 已取得资格未聘 {standing.qualified_not_employed}",
            f"to declare {standing.declarable} = vacant {standing.vacant}"
            f" - qualified, not employed {standing.qualified_not_employed}",
            cite,
        ),
    ]


def _nothing_below_zero(standing: Standing, cite: str) -> list[Line]:
    if standing.declarable >= 0:
        return []
    return [
        Line(
            "职称申报数为负，不能申报，按 0 计",
            "a negative number allows no declaration and counts as 0",
            cite,
        )
    ]


def _left(standing: Standing, cite: str) -> Line:
    whole = max(standing.declarable, 0)
    return Line(
        f"可用 {standing.free} = 申报数 {whole} − 已预留 {standing.held} − 已占用 {standing.used}",
        f"free {standing.free} = to declare {whole} - held {standing.held} - used {standing.used}",
        cite,
    )
