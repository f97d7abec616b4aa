"""What the other concepts ask of review criteria."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.quota.contract import TitleLevel
from services.workflow.criteria import store
from services.workflow.criteria.errors import NoCriteriaInForce
from services.workflow.criteria.model import Criteria
from services.workflow.cycle.service import require_series
from services.workflow.policy import NoticePolicy


async def require_in_force(
    tx: AsyncSession,
    series: str,
    specialty_id: UUID | None,
    level: TitleLevel,
    on: date,
    policy: NoticePolicy,
) -> Criteria:
    """The criteria in force for what is to be declared (三（四）).

    Raises:
        NoCriteriaInForce: none are published, or none are in force yet.
    """
    found = await store.in_force(tx, series, specialty_id, level, on)
    if found is None:
        raise NoCriteriaInForce(
            series=require_series(policy, series).name,
            level=policy.series.level_names[level],
            code=series,
            level_code=level.value,
            field="series",
            basis=[policy.articles["arrangement_public"]],
        )
    return found
