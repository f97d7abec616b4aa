"""What the events of a recommendation tell."""

from typing import Any

from services.workflow.recommendation.model import Recommendation


def told_of(recommendation: Recommendation, year: int) -> dict[str, Any]:
    """The fields that every event about a recommendation has."""
    return {
        "recommendation_id": recommendation.id,
        "cycle_id": recommendation.cycle_id,
        "year": year,
        "unit_id": recommendation.unit_id,
        "person_id": recommendation.person_id,
        "account_id": recommendation.account_id,
        "person_name": recommendation.person_name,
        "series": recommendation.series,
        "level": recommendation.level,
        "reservation_id": recommendation.reservation_id,
        "publicity_id": recommendation.publicity_id,
        "lineage": recommendation.lineage,
    }
