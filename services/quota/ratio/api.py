"""Annex 1 over HTTP; public, like the notice itself."""

from typing import Annotated

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from services.accounts.contract import OrganisationNature
from services.kit.http import BasisOut, refusals, router
from services.quota.policy import CurrentPolicies, YearPolicy, YearUnknown
from services.quota.ratio.errors import OtherRuleApplies, RegionElsewhere
from services.quota.ratio.rules import RegionCode, Row, Unit, own_level, row_for
from services.quota.ratio.schemas import PostsOut, RatioOut, RowOut, TableOut
from services.quota.ratio.states import Answer, UnitLevel

routes = router(prefix="/v1/ratios", tags=["ratios 附件1"])
MOST_POSTS = 1_000_000


class RatioQuery(BaseModel):
    """The unit asked about."""

    region_code: RegionCode
    unit_level: UnitLevel
    nature: OrganisationNature | None = None
    industry: str | None = Field(None, max_length=60)
    headcount: int | None = Field(None, ge=0, le=MOST_POSTS, description="专业技术岗位总数，用于折算岗位数")
    year: int | None = None

    def unit(self) -> Unit:
        """The same for the rules."""
        return Unit(self.region_code, self.unit_level, self.nature, self.industry)


@routes.get("", responses=refusals(YearUnknown, RegionElsewhere, OtherRuleApplies))
async def ratio_of_unit(asked: Annotated[RatioQuery, Depends()], policies: CurrentPolicies) -> RatioOut:
    """The row of Annex 1 that covers a unit, with the posts it makes of `headcount`, or that no row applies."""
    policy = policies.newest if asked.year is None else policies.of(asked.year)
    row = row_for(policy.posts.ratios, asked.unit(), policy.articles)
    return RatioOut(
        year=policy.year,
        answer=Answer.NO_ROW if row is None else Answer.ROW,
        reason=_reason(policy, asked, row),
        row=RowOut.of(row) if row else None,
        posts=PostsOut.of(row, asked.headcount) if row and asked.headcount is not None else None,
        basis=_basis(policy, asked, row),
    )


@routes.get("/rows", responses=refusals(YearUnknown))
async def rows(
    policies: CurrentPolicies, year: Annotated[int | None, Query(description="缺省为最新年度")] = None
) -> TableOut:
    """Every row of Annex 1."""
    policy = policies.newest if year is None else policies.of(year)
    table = policy.posts.ratios
    basis = [BasisOut.model_validate(policy.articles["ratios"])]
    return TableOut(
        year=policy.year, rounding=table.rounding, rows=[RowOut.of(row) for row in table.rows], basis=basis
    )


def _reason(policy: YearPolicy, asked: RatioQuery, row: Row | None) -> str:
    if row is not None:
        return f"适用{row.cite}：{row.title}"
    natures = policy.posts.ratios.institution_natures
    if asked.nature is not None and asked.nature not in natures:
        return "附件1 只列事业单位，没有适用于该单位的行"
    return "附件1 没有适用于该地区、该层级单位的行"


def _basis(policy: YearPolicy, asked: RatioQuery, row: Row | None) -> list[BasisOut]:
    own = [BasisOut(cite=row.cite, summary=row.title)] if row else []
    lowered = own_level(policy.posts.ratios, asked.unit()) is not asked.unit_level
    keys = ["ratios" if row else "ratios_institutions", *(["township"] if lowered else [])]
    return own + [BasisOut.model_validate(policy.articles[key]) for key in keys]
