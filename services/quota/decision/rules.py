"""What a decision on numbers must keep to (二（一）第2段)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.kit.steps import Broken, rule
from services.quota.contract import TitleLevel
from services.quota.decision.states import DecisionState
from services.quota.ledger.rules import Shortfall


@dataclass(frozen=True, slots=True)
class Number:
    """How many may be declared for a level."""

    level: TitleLevel
    declarable: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A decision as it was put to paper, beside the day and the levels it is judged by."""

    numbers: tuple[Number, ...]
    decided_on: date
    today: date
    limited: frozenset[TitleLevel]


@dataclass(frozen=True, slots=True)
class DecisionCase:
    """The facts of a decision that its steps are judged by."""

    id: UUID
    state: DecisionState
    version: int
    lineage: tuple[UUID, ...]
    hrss_id: UUID
    shortfalls: tuple[Shortfall, ...] = ()
    """Levels that would be short once the decision is gone."""


@rule(
    "LEVEL_TWICE",
    article="numbers_decided",
    zh="每一级别只确定一个申报数量",
    en="Each level has one number.",
)
def levels_come_once(paper: Paper) -> list[Broken]:
    """Two numbers of one level would contradict each other."""
    given = [each.level for each in paper.numbers]
    return [
        Broken(f"{level.zh}重复填写", f"{level} is given twice.", f"levels.{place}.level")
        for place, level in enumerate(given)
        if level in given[:place]
    ]


@rule(
    "LEVEL_NOT_LIMITED",
    article="senior_and_middle",
    zh="只确定受岗位数额限制的级别的申报数量",
    en="A number is set for levels that numbers limit, and for no others.",
)
def levels_are_limited(paper: Paper) -> list[Broken]:
    """A number for a level that none limits would mean nothing."""
    return [
        Broken(f"{each.level.zh}不受岗位数额限制", f"{each.level} is not limited.", f"levels.{place}.level")
        for place, each in enumerate(paper.numbers)
        if each.level not in paper.limited
    ]


@rule(
    "DECIDED_LATER",
    article="numbers_decided",
    zh="文件日期不得晚于办理之日",
    en="The document is of today or earlier.",
)
def decided_by_today(paper: Paper) -> Broken | None:
    """What is decided later is not decided yet."""
    if paper.decided_on <= paper.today:
        return None
    return Broken(
        f"文件日期 {paper.decided_on} 晚于今日 {paper.today}",
        f"The document is dated {paper.decided_on}, after today, {paper.today}.",
        "decided_on",
    )


PAPER_RULES = (levels_come_once, levels_are_limited, decided_by_today)
"""What can be judged by the paper alone."""


@rule(
    "NUMBERS_COVER_LIVE",
    article="within_numbers",
    zh="申报数量不得低于已推荐的人数",
    en="The numbers cover the recommendations that live on them.",
)
def numbers_cover_live(found: tuple[Shortfall, ...]) -> list[Broken]:
    """A decision may not take away places that recommendations already hold (二（一）第1段)."""
    return [each.broken(f"levels.{each.level}") for each in found]


@rule(
    "FORM_COVERS_LIVE",
    article="within_numbers",
    zh="决定终止后，年度审核表的申报数额不得低于已推荐的人数",
    en="The form's numbers cover the recommendations that live once the decision is gone.",
)
def form_covers_live(case: DecisionCase) -> list[Broken]:
    """The form must bear by itself what the decision bore (二（一）第1段)."""
    return [each.broken("action") for each in case.shortfalls]
