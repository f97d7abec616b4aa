"""Annex 1 over HTTP: the table is public, like the notice itself; what it makes of a unit's posts is not."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from services.accounts.contract import OrganisationNature
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.errors import Unavailable
from services.kit.http import BasisOut, refusals, router
from services.quota.ledger.errors import UnitNotFound
from services.quota.neighbours import AccountsService
from services.quota.policy import CurrentPolicies, YearUnknown
from services.quota.ratio import store
from services.quota.ratio.errors import OtherRuleApplies, RegionElsewhere
from services.quota.ratio.rules import RegionCode, Unit
from services.quota.ratio.schemas import Headcount, RatioOut, RowOut, TableOut, UnitRatioOut
from services.quota.ratio.states import UnitLevel
from services.quota.unit.reading import card
from services.quota.unit.store import require_visible

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


class UnitRatioQuery(BaseModel):
    """The unit asked about, by its id."""

    unit_id: UUID
    year: int | None = Field(None, description="缺省为最新年度")
    headcount: int | None = Field(
        None, ge=0, le=MOST_POSTS, description="专业技术岗位总数；已有审核备案的年度审核表的，以表为准"
    )


@routes.get("", responses=refusals(YearUnknown, RegionElsewhere, OtherRuleApplies))
async def ratio_of_unit(asked: Annotated[RatioQuery, Depends()], policies: CurrentPolicies) -> RatioOut:
    """The row of Annex 1 that covers a unit, with the posts it makes of `headcount`, or that no row applies."""
    policy = policies.newest if asked.year is None else policies.of(asked.year)
    return RatioOut.of(policy, asked.unit(), asked.headcount)


@routes.get("/of-unit", responses=refusals(UnitNotFound, YearUnknown, OtherRuleApplies, Unavailable))
async def targeted_ratio(
    asked: Annotated[UnitRatioQuery, Depends()],
    actor: CurrentActor,
    policies: CurrentPolicies,
    accounts: AccountsService,
    tx: Tx,
) -> UnitRatioOut:
    """The row that covers a unit by what is known of it, with the posts it makes of the unit's approved posts."""
    policy = policies.newest if asked.year is None else policies.of(asked.year)
    unit = await card(tx, accounts, asked.unit_id)
    require_visible(unit.unit_id, unit.lineage, actor)
    approved = await store.approved_posts(tx, unit.unit_id, policy.year)
    return UnitRatioOut.of_card(unit, policy, Headcount.of(approved, asked.headcount))


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
