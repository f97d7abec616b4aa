"""What is sent to quota in these tests: tables, wishes for a place, workflow's events."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from services.workflow.contract import RecommendationEvent
from tests.services.quota.people import Unit

YEAR = 2023


def wish(unit: Unit, **fields: Any) -> dict[str, Any]:
    """A new recommendation of a person on the establishment."""
    return {
        "recommendation_id": str(uuid4()),
        "unit_id": unit.id,
        "unit_nature": "PUBLIC_INSTITUTION",
        "lineage_ids": unit.lineage_ids,
        "year": YEAR,
        "level": "ASSOCIATE_SENIOR",
        "person_id": str(uuid4()),
        "person_kind": "ON_ESTABLISHMENT",
        **fields,
    }


def levels(**columns: tuple[int, ...]) -> list[dict[str, Any]]:
    """Columns as the API takes them."""
    cells = ("approved", "employed", "qualified_not_employed", "exits")
    return [{"level": level, **dict(zip(cells, typed, strict=True))} for level, typed in columns.items()]


def envelope(kind: type[RecommendationEvent], asked: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The event as the relay delivers it."""
    event = kind(
        recommendation_id=asked["recommendation_id"],
        cycle_id=uuid4(),
        year=YEAR,
        unit_id=asked["unit_id"],
        person_id=asked["person_id"],
        account_id=uuid4(),
        person_name="测试人员",
        series="health",
        level=asked["level"],
        **more,
    )
    return {
        "id": str(uuid4()),
        "source": "urn:titles:workflow",
        "type": kind.type,
        "subject": event.subject,
        "time": "2023-11-20T01:00:00Z",
        "data": event.model_dump(mode="json"),
    }
