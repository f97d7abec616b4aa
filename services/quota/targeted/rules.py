"""What an approval of targeted posts must keep to (一（四）1, 附件1)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.kit.errors import Basis
from services.kit.steps import Broken, rule
from services.quota.contract import TitleLevel
from services.quota.ledger.rules import Shortfall
from services.quota.ratio.rules import Row, posts, share
from services.quota.targeted.states import GROUPS, LEVELS, Cell, Group, PlanState


@dataclass(frozen=True, slots=True)
class Column:
    """One level as it is typed."""

    level: TitleLevel
    approved: int = 0
    employed: int = 0
    qualified_not_employed: int = 0


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How many posts of a group the row makes of the headcount, cut to whole posts."""

    group: Group
    percent: int
    headcount: int

    @property
    def posts(self) -> int:
        """The posts."""
        return posts(self.headcount, self.percent)

    def working(self) -> tuple[str, str]:
        """How they came about: Chinese and English."""
        told = f"{self.posts} = {share(self.headcount, self.percent)}"
        return f"“双定向”{self.group.zh} {told}，取整数", f"targeted {self.group} {told}, cut to whole posts"


@dataclass(frozen=True, slots=True)
class Paper:
    """An approval as it was put to paper, beside what it is judged by.

    `kept` is what the unit's staffing ledger says of the targeted posts; None where the unit keeps none.
    """

    columns: tuple[Column, ...]
    headcount: int
    row: Row
    kept: Mapping[TitleLevel, Column] | None = None

    def by_level(self) -> dict[TitleLevel, Column]:
        """All levels of the pool; one left out has nothing in it."""
        given = {column.level: column for column in self.columns}
        return {level: given.get(level, Column(level)) for level in LEVELS}

    def approved(self, group: Group) -> int:
        """Posts approved of a group."""
        return sum(column.approved for column in self.columns if column.level in GROUPS[group])


@dataclass(frozen=True, slots=True)
class PlanCase:
    """The facts of a plan that its steps are judged by."""

    id: UUID
    state: PlanState
    version: int
    lineage: tuple[UUID, ...]


def ceilings(row: Row, headcount: int) -> tuple[Ceiling, ...]:
    """What Annex 1 allows, group by group."""
    percents = {Group.SENIOR: row.targeted.senior, Group.MIDDLE: row.targeted.middle}
    return tuple(Ceiling(group, percent, headcount) for group, percent in percents.items())


@rule("LEVEL_TWICE", article="targeted_pool", zh="每一级别只填一列", en="Each level is one column.")
def levels_come_once(paper: Paper) -> list[Broken]:
    """Two columns of one level would contradict each other."""
    given = [column.level for column in paper.columns]
    return [
        Broken(f"{level.zh}重复填写", f"{level} is given twice.", f"levels.{place}.level")
        for place, level in enumerate(given)
        if level in given[:place]
    ]


@rule(
    "NO_TARGETED_LEVEL",
    article="targeted_pool",
    zh="“双定向”只核定高级、中级岗位",
    en="Targeted posts are of senior and middle level.",
)
def levels_are_targeted(paper: Paper) -> list[Broken]:
    """Annex 1 has no targeted ratio of junior posts."""
    return [
        Broken(
            f"{column.level.zh}没有“双定向”岗位",
            f"There are no targeted posts of {column.level}.",
            f"levels.{place}.level",
        )
        for place, column in enumerate(paper.columns)
        if column.level not in LEVELS
    ]


@rule(
    "ABOVE_ANNEX_1",
    article="ratios",
    zh="高级（正高级、副高级合计）、中级不得超过附件1 比例折算的整数岗位",
    en="Senior posts, full and associate together, and middle posts stay within the whole posts that Annex 1 makes.",
)
def within_annex_1(paper: Paper) -> list[Broken]:
    """No group exceeds what the row makes of the headcount; a part of a post is no post."""
    return [
        _above(ceiling, paper)
        for ceiling in ceilings(paper.row, paper.headcount)
        if paper.approved(ceiling.group) > ceiling.posts
    ]


def _above(ceiling: Ceiling, paper: Paper) -> Broken:
    number, (zh, en) = paper.approved(ceiling.group), ceiling.working()
    first = next(p for p, column in enumerate(paper.columns) if column.level in GROUPS[ceiling.group])
    return Broken(
        f"{ceiling.group.zh}核定 {number} 个，超过上限 {ceiling.posts} 个：{zh}",
        f"{ceiling.group}: {number} approved, above the ceiling of {ceiling.posts}: {en}.",
        f"levels.{first}.approved",
        Basis(paper.row.cite, paper.row.title),
    )


@rule(
    "LEDGER_DISAGREES",
    article="targeted_pool",
    zh="填写的数与本单位“双定向”岗位聘任台账一致",
    en="The figures are those of the unit's own staffing ledger of targeted posts, where it keeps one.",
)
def ledger_agrees(paper: Paper) -> list[Broken]:
    """What the ledger derives is not typed differently."""
    return list(_differences(paper)) if paper.kept is not None else []


def _differences(paper: Paper) -> Iterator[Broken]:
    kept = paper.kept or {}
    for level, typed in paper.by_level().items():
        own = kept.get(level, Column(level))
        for cell in _told(kept):
            told, known = getattr(typed, cell), getattr(own, cell)
            if told != known:
                yield Broken(
                    f"{level.zh}{cell.zh}填写 {told}，台账为 {known}",
                    f"{level} {cell}: {told} typed, {known} in the staffing ledger.",
                    f"levels.{level}.{cell}",
                )


def _told(kept: Mapping[TitleLevel, Column]) -> list[Cell]:
    """The cells that a ledger tells: of the posts approved nothing, before the unit has entered any."""
    plan_entered = any(column.approved for column in kept.values())
    return [cell for cell in Cell if cell is not Cell.APPROVED or plan_entered]


PAPER_RULES = (levels_come_once, levels_are_targeted, within_annex_1, ledger_agrees)
"""What can be judged by the paper and the ledger of staff."""


@rule(
    "NUMBERS_COVER_LIVE",
    article="targeted_pool",
    zh="核定的“双定向”岗位不得低于已按“双定向”推荐的人数",
    en="The targeted posts cover the targeted recommendations that live on them.",
)
def numbers_cover_live(found: tuple[Shortfall, ...]) -> list[Broken]:
    """A later approval may not take away places that targeted recommendations already hold (一（四）1)."""
    return [each.broken(f"levels.{each.level}") for each in found]
