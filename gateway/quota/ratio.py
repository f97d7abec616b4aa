"""The ratios of senior, middle and junior posts in public institutions (结构比例, 附件1)."""

from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.availability import TraceLine
from gateway.refusals import Basis
from gateway.told import Told
from gateway.words import described, listed, terms
from services.accounts.contract import OrganisationNature


@terms(
    "The level a unit belongs to by itself (附件1); unlike an organisation's level it knows what lies below the county."
)
class UnitLevel(Enum):
    """Level of a unit."""

    PROVINCE = "省级"
    PREFECTURE = "州（市）级"
    COUNTY = "县（市、区）级"
    BELOW_COUNTY = "县级以下"


@terms("What Annex 1 says of a unit.")
class RatioAnswer(Enum):
    """A row, or none."""

    ROW = "适用表中一行"
    NO_ROW = "附件1 未列"


@terms("Where the number of posts comes from that a ratio is applied to.")
class HeadcountSource(Enum):
    """Source of a headcount."""

    APPROVED_FORM = "已审核备案的年度审核表"
    GIVEN = "查询时填写"


@strawberry.type(description="Senior, middle and junior posts: per cent, or posts.")
class RatioNumbers(Told):
    """Numbers of a group."""

    senior: int = described("Senior (高级).")
    middle: int = described("Middle (中级).")
    junior: int | None = described("Junior (初级); null for groups that have none.")


@strawberry.type(description="One row of Annex 1, in per cent (附件1).")
class RatioRow(Told):
    """A row."""

    code: str = described("Its stable name.")
    title: str = described("Its title.")
    cite: str = described("Where it stands.")
    regions: list[str] = listed("Regions it covers (行政区划代码).")
    levels: list[UnitLevel] = listed("Levels of units it covers.")
    unified: RatioNumbers = described("Unified over the province (全省统一核定).")
    targeted: RatioNumbers = described("Targeted, grass-roots (双定向), approved separately (一（四）1).")
    overall: RatioNumbers = described("Both together (总体控制).")


@strawberry.type(description="The posts that a row makes of a number of posts, each cut to whole posts.")
class RatioPosts(Told):
    """Posts."""

    headcount: int = described("The number of posts asked about.")
    unified: RatioNumbers = described("Unified (统一).")
    targeted: RatioNumbers = described("Targeted (双定向).")
    overall: RatioNumbers = described("Both together (总体控制).")
    working: list[TraceLine] = listed("The working.")


@strawberry.type(description="What Annex 1 says of a unit: a row, or that none applies and why.")
class Ratio(Told):
    """An answer."""

    year: int = described("The year whose notice answers (年度).")
    answer: RatioAnswer = described("Whether a row applies.")
    reason: str = described("Which, or why none.")
    row: RatioRow | None = described("The row.")
    posts: RatioPosts | None = described("What it makes of the headcount asked about.")
    basis: list[Basis] = listed("The articles that say so.")


@strawberry.type(description="What Annex 1 says of a unit that is known, for the posts it has (附件1).")
class UnitRatio(Ratio):
    """An answer for a unit."""

    region_code: str = described("Its region (行政区划代码).")
    unit_level: UnitLevel = described("Its own level; a township, and all below one, lie below the county.")
    headcount_source: HeadcountSource | None = described("Where the number of posts comes from.")
    unit_id: strawberry.Private[UUID]

    @strawberry.field(description="The unit.")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)


@strawberry.input(description="The unit asked about.")
class RatioInput:
    """A unit."""

    region_code: str = described("Region (行政区划代码).")
    unit_level: UnitLevel = described("Level of the unit (单位层级).")
    nature: OrganisationNature | None = strawberry.field(
        default=None, description="Nature of the unit (单位性质)."
    )
    industry: str | None = strawberry.field(default=None, description="Industry (所属行业).")
    headcount: int | None = strawberry.field(
        default=None, description="Posts in all, to be turned into numbers (岗位总数)."
    )
    year: int | None = strawberry.field(default=None, description="The year; the newest without one (年度).")


@strawberry.type
class RatioQuery:
    """Annex 1."""

    @strawberry.field(description="What Annex 1 says of a unit; for anyone.")
    async def ratio(
        self, info: Info, unit: Annotated[RatioInput, strawberry.argument(description="Which unit.")]
    ) -> Ratio | None:
        """The row that covers a unit."""
        return Ratio.of(
            await info.context.quota.get(
                "/v1/ratios",
                region_code=unit.region_code,
                unit_level=unit.unit_level.name,
                nature=unit.nature and unit.nature.name,
                industry=unit.industry,
                headcount=unit.headcount,
                year=unit.year,
            )
        )

    @strawberry.field(
        description="What Annex 1 says of a unit, in whole posts of those that its approved form has (双定向)."
    )
    async def targeted_ratio(
        self,
        info: Info,
        unit_id: Annotated[strawberry.ID, strawberry.argument(description="Whose.")],
        year: Annotated[
            int | None, strawberry.argument(description="Of this year; else of the newest.")
        ] = None,
        headcount: Annotated[
            int | None, strawberry.argument(description="Posts in all, before a form is approved (岗位总数).")
        ] = None,
    ) -> UnitRatio | None:
        """The row that covers a unit by what is known of it."""
        unit = uuid_of(unit_id, "Organisation", field="unit_id")
        asked = {"unit_id": unit, "year": year, "headcount": headcount}
        return UnitRatio.of(await info.context.quota.get("/v1/ratios/of-unit", **asked))

    @strawberry.field(description="Every row of Annex 1; for anyone.")
    async def ratio_rows(
        self,
        info: Info,
        year: Annotated[
            int | None, strawberry.argument(description="Of this year; else of the newest.")
        ] = None,
    ) -> list[RatioRow] | None:
        """The table."""
        return RatioRow.each((await info.context.quota.get("/v1/ratios/rows", year=year))["rows"])
