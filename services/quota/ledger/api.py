"""`GET /v1/availability`: what a unit can still recommend, and why."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from services.accounts.contract import OrganisationNature
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.http import TELLS, language_of, refusals, router
from services.quota.annual_form import store as forms
from services.quota.contract import PostPool
from services.quota.ledger import store
from services.quota.ledger.errors import UnitNotFound
from services.quota.ledger.schemas import AvailabilityOut
from services.quota.policy import CurrentPolicies, YearUnknown
from services.quota.reservation.rules import Fact, exemption_of

routes = router(prefix="/v1/availability", tags=["availability 可申报岗位"])


@routes.get("", responses=refusals(UnitNotFound, YearUnknown), openapi_extra=TELLS)
async def availability(
    unit_id: UUID,
    year: int,
    request: Request,
    actor: CurrentActor,
    policies: CurrentPolicies,
    tx: Tx,
    pool: Annotated[PostPool, Query(description="一般岗位或“双定向”岗位，二者互不混用")] = PostPool.GENERAL,
    unit_nature: Annotated[
        OrganisationNature | None, Query(description="单位性质；非事业单位不受数额限制")
    ] = None,
) -> AvailabilityOut:
    """Per level: approved, employed, vacant, to declare, lent, borrowed, held, used and free, each line with its article."""
    policy = policies.of(year)
    await forms.require_unit_visible(tx, unit_id, actor)
    facts = {Fact.UNIT_NATURE: unit_nature} if pool is PostPool.GENERAL else {}
    by = await store.counted(tx, unit_id, year, pool)
    levels = await store.standings(tx, unit_id, policy, by) if by else {}
    return AvailabilityOut.of(
        unit_id,
        policy,
        language_of(request),
        pool,
        by=by,
        exempt=exemption_of(policy.posts.exemptions, facts),
        levels=levels.values(),
    )
