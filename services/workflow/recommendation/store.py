"""Queries on plans and recommendations."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.recommendation.errors import PlanNotFound, RecommendationNotFound
from services.workflow.recommendation.model import Recommendation, RecommendationPlan


async def get(tx: AsyncSession, recommendation_id: UUID) -> Recommendation:
    """The recommendation by id, whoever asks.

    Raises:
        RecommendationNotFound: there is none.
    """
    found = await tx.get(Recommendation, recommendation_id)
    if found is None:
        raise RecommendationNotFound(field="recommendation_id")
    return found


async def plan(tx: AsyncSession, plan_id: UUID) -> RecommendationPlan:
    """The plan by id, whoever asks.

    Raises:
        PlanNotFound: there is none.
    """
    found = await tx.get(RecommendationPlan, plan_id)
    if found is None:
        raise PlanNotFound(field="plan_id")
    return found
