"""What the ratios of Annex 1 look like to a caller."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.kit.http import BasisOut
from services.quota.policy import YearPolicy
from services.quota.ratio.rules import Row, Unit, own_level, posts, row_for, share
from services.quota.ratio.states import Answer, HeadcountSource, Rounding, UnitLevel
from services.quota.unit.reading import Card


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

    @classmethod
    def of(
        cls, policy: YearPolicy, unit: Unit, headcount: int | None, *, lowered: bool = False, **told: Any
    ) -> Self:
        """The answer of a year's notice; `lowered` is a unit that lies below the county though it stands on it.

        Raises:
            RegionElsewhere, OtherRuleApplies: see `row_for`.
        """
        row = row_for(policy.posts.ratios, unit, policy.articles)
        return cls(
            year=policy.year,
            answer=Answer.NO_ROW if row is None else Answer.ROW,
            reason=_reason(policy, unit, row),
            row=RowOut.of(row) if row else None,
            posts=PostsOut.of(row, headcount) if row and headcount is not None else None,
            basis=_basis(policy, unit, row, lowered=lowered),
            **told,
        )


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many posts a ratio is applied to, and where the number comes from."""

    posts: int | None = None
    source: HeadcountSource | None = None

    @classmethod
    def of(cls, approved: int | None, given: int | None) -> "Headcount":
        """The posts approved; before any are, those that are given."""
        if approved is not None:
            return cls(approved, HeadcountSource.APPROVED_FORM)
        return cls() if given is None else cls(given, HeadcountSource.GIVEN)


class UnitRatioOut(RatioOut):
    """The same of a unit that is known, for the posts that it has."""

    unit_id: UUID
    unit_name: str
    region_code: str
    unit_level: UnitLevel
    headcount_source: HeadcountSource | None

    @classmethod
    def of_card(cls, card: Card, policy: YearPolicy, headcount: Headcount) -> Self:
        """The answer for a unit by its card.

        Raises:
            OtherRuleApplies: see `row_for`.
        """
        return cls.of(
            policy,
            Unit(card.region_code, card.level, card.nature, card.industry),
            headcount.posts,
            lowered=card.level is UnitLevel.BELOW_COUNTY,
            unit_id=card.unit_id,
            unit_name=card.name,
            region_code=card.region_code,
            unit_level=card.level,
            headcount_source=headcount.source,
        )


def _reason(policy: YearPolicy, unit: Unit, row: Row | None) -> str:
    if row is not None:
        return f"适用{row.cite}：{row.title}"
    natures = policy.posts.ratios.institution_natures
    if unit.nature is not None and unit.nature not in natures:
        return "附件1 只列事业单位，没有适用于该单位的行"
    return "附件1 没有适用于该地区、该层级单位的行"


def _basis(policy: YearPolicy, unit: Unit, row: Row | None, *, lowered: bool) -> list[BasisOut]:
    own = [BasisOut(cite=row.cite, summary=row.title)] if row else []
    lowered = lowered or own_level(policy.posts.ratios, unit) is not unit.level
    keys = ["ratios" if row else "ratios_institutions", *(["township"] if lowered else [])]
    return own + [BasisOut.model_validate(policy.articles[key]) for key in keys]


GROUPS = {"unified": "统一", "targeted": "双定向", "overall": "总体控制"}
KINDS = {"senior": "高级", "middle": "中级", "junior": "初级"}


def _line(group: str, kind: str, headcount: int, percent: int) -> str:
    return f"{GROUPS[group]}{KINDS[kind]} {posts(headcount, percent)} = {share(headcount, percent)}，取整数"
