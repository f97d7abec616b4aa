"""Annex 1 as data: which row covers a unit, and the posts that its percentages make. Percentages are whole numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from services.accounts.contract import OrganisationNature
from services.kit.errors import Basis
from services.kit.policy import Entry
from services.quota.ratio.errors import OtherRuleApplies, RegionElsewhere
from services.quota.ratio.states import Rounding, UnitLevel

WHOLE = 100
PREFECTURE_DIGITS = 4
MEDICAL = ("ratios_medical", "medical_rule")
ARTICLES = ("ratios", "ratios_institutions", "township", *MEDICAL)
"""The articles this concept names."""
Percent = Annotated[int, Field(ge=0, le=WHOLE)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class Unified(Entry):
    """全省统一核定的比例."""

    senior: Percent
    middle: Percent
    junior: Percent

    @model_validator(mode="after")
    def _make_a_whole(self) -> "Unified":
        if (total := self.senior + self.middle + self.junior) != WHOLE:
            raise ValueError(f"the unified ratios make {total}, not {WHOLE}")
        return self


class Pair(Entry):
    """A ratio of senior and of middle posts."""

    senior: Percent
    middle: Percent


class Row(Entry):
    """One row of Annex 1: regions and levels of units, and their ratios."""

    code: str
    cite: str
    title: str
    remark: str | None = None
    regions: frozenset[RegionCode]
    levels: frozenset[UnitLevel]
    unified: Unified
    targeted: Pair
    overall: Pair

    @model_validator(mode="after")
    def _overall_is_the_sum(self) -> "Row":
        summed = (self.unified.senior + self.targeted.senior, self.unified.middle + self.targeted.middle)
        if (self.overall.senior, self.overall.middle) != summed:
            raise ValueError(f"overall must be unified plus targeted: {summed[0]} and {summed[1]}")
        return self

    def covers(self, region_code: str, level: UnitLevel) -> bool:
        """Whether a unit of `level` in the region belongs to this row."""
        prefecture = f"{region_code[:PREFECTURE_DIGITS]}00"
        return level in self.levels and (region_code in self.regions or prefecture in self.regions)


class Medical(Entry):
    """Units whose targeted posts another document decides."""

    industries: frozenset[str]
    levels: frozenset[UnitLevel]


class PrintedTable(Entry):
    """What the official table says beside its figures; `{year}` stands for the year."""

    title: str
    note: str


class RatioTable(Entry):
    """The whole of Annex 1."""

    printed: PrintedTable
    province_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    rounding: Rounding
    institution_natures: frozenset[OrganisationNature]
    below_county_natures: frozenset[OrganisationNature]
    medical: Medical
    rows: tuple[Row, ...]

    @model_validator(mode="after")
    def _rows_do_not_meet(self) -> "RatioTable":
        regions = {region for row in self.rows for region in row.regions}
        for region in regions:
            for level in UnitLevel:
                if len(found := [row.code for row in self.rows if row.covers(region, level)]) > 1:
                    raise ValueError(f"{region} {level} is covered by {' and '.join(found)}")
        return self


@dataclass(frozen=True, slots=True)
class Unit:
    """What Annex 1 asks of a unit; nature and industry may be unknown."""

    region_code: str
    level: UnitLevel
    nature: OrganisationNature | None = None
    industry: str | None = None


def row_for(table: RatioTable, unit: Unit, articles: Mapping[str, Basis]) -> Row | None:
    """The row that covers `unit`; None when Annex 1 lists no such unit.

    Raises:
        RegionElsewhere: the region lies outside the province.
        OtherRuleApplies: a grass-roots medical institution; another document decides (附件1 说明).
    """
    if not unit.region_code.startswith(table.province_code):
        raise RegionElsewhere(region_code=unit.region_code, field="region_code", basis=[articles["ratios"]])
    level = own_level(table, unit)
    if unit.nature is not None and unit.nature not in table.institution_natures:
        return None
    if unit.industry in table.medical.industries and level in table.medical.levels:
        raise OtherRuleApplies(field="industry", basis=[articles[key] for key in MEDICAL])
    return next((row for row in table.rows if row.covers(unit.region_code, level)), None)


def own_level(table: RatioTable, unit: Unit) -> UnitLevel:
    """The unit's own level: a township counts as county level in the system and lies below it in fact (附件3 三（六）)."""
    below = unit.nature in table.below_county_natures and unit.level is UnitLevel.COUNTY
    return UnitLevel.BELOW_COUNTY if below else unit.level


def posts(headcount: int, percent: int) -> int:
    """How many whole posts `percent` of `headcount` posts are; a part of a post is cut, never rounded up."""
    return headcount * percent // WHOLE


def share(headcount: int, percent: int) -> str:
    """The working of the same before it is cut: `33 × 15% = 4.95`."""
    return f"{headcount} × {percent}% = {Decimal(headcount * percent) / WHOLE:f}"
