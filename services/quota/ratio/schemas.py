"""What the ratios of Annex 1 look like to a caller."""

from pydantic import BaseModel, ConfigDict

from services.kit.http import BasisOut
from services.quota.ratio.rules import Row, posts
from services.quota.ratio.states import Answer, Rounding, UnitLevel


class UnifiedOut(BaseModel):
    """全省统一核定的比例 (%)."""

    model_config = ConfigDict(from_attributes=True)

    senior: int
    middle: int
    junior: int


class PairOut(BaseModel):
    """高级、中级比例 (%)."""

    model_config = ConfigDict(from_attributes=True)

    senior: int
    middle: int


class RowOut(BaseModel):
    """One row of Annex 1, in per cent."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    title: str
    cite: str
    regions: list[str]
    levels: list[UnitLevel]
    unified: UnifiedOut
    targeted: PairOut
    overall: PairOut

    @classmethod
    def of(cls, row: Row) -> "RowOut":
        """A row with its codes in order."""
        return cls.model_validate({**dict(row), "regions": sorted(row.regions), "levels": sorted(row.levels)})


class TableOut(BaseModel):
    """The whole of Annex 1 for a year."""

    year: int
    rounding: Rounding
    rows: list[RowOut]
    basis: list[BasisOut]


class WorkingOut(BaseModel):
    """How a number of posts came about."""

    text: str
    cite: str


class PostsOut(BaseModel):
    """The posts that the row's percentages make of a headcount of posts, each cut to whole posts."""

    headcount: int
    unified: UnifiedOut
    targeted: PairOut
    overall: PairOut
    working: list[WorkingOut]

    @classmethod
    def of(cls, row: Row, headcount: int) -> "PostsOut":
        """The posts of `row`, with their working."""
        groups = {"unified": dict(row.unified), "targeted": dict(row.targeted), "overall": dict(row.overall)}
        numbers = {
            name: {key: posts(headcount, percent) for key, percent in group.items()}
            for name, group in groups.items()
        }
        working = [
            WorkingOut(text=_line(name, key, headcount, percent), cite=row.cite)
            for name, group in groups.items()
            for key, percent in group.items()
        ]
        return cls(headcount=headcount, working=working, **{name: numbers[name] for name in groups})


class RatioOut(BaseModel):
    """What Annex 1 says of a unit: a row, or that none applies and why."""

    year: int
    answer: Answer
    reason: str
    row: RowOut | None
    posts: PostsOut | None
    basis: list[BasisOut]


GROUPS = {"unified": "统一", "targeted": "双定向", "overall": "总体控制"}
KINDS = {"senior": "高级", "middle": "中级", "junior": "初级"}


def _line(group: str, kind: str, headcount: int, percent: int) -> str:
    exact = f"{headcount * percent / 100:g}"
    return f"{GROUPS[group]}{KINDS[kind]} {posts(headcount, percent)} = {headcount} × {percent}% = {exact}，取整数"
