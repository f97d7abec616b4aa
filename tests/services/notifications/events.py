"""Events of the other services, with whatever a test does not care about filled in."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from services.workflow.contract import (
    DeclarationMoved,
    MeetingMoved,
    ObjectionMoved,
    RecommendationPublicised,
)


def declaration_moved(**given: Any) -> DeclarationMoved:
    """A declaration that reached a reviewer unless told otherwise."""
    facts = {
        "declaration_id": uuid4(),
        "number": "2023-0001",
        "cycle": 2023,
        "person_id": uuid4(),
        "unit_id": uuid4(),
        "series": "HEALTH",
        "level": "ASSOCIATE_SENIOR",
        "action": "SUBMIT",
        "before": "DRAFT",
        "after": "UNDER_REVIEW",
        "at_organisation_id": uuid4(),
    }
    return DeclarationMoved(**facts | given)


def recommendation_publicised(**given: Any) -> RecommendationPublicised:
    """A recommendation in publicity inside a unit."""
    facts = {
        "recommendation_id": uuid4(),
        "cycle_id": uuid4(),
        "year": 2023,
        "unit_id": uuid4(),
        "person_id": uuid4(),
        "account_id": uuid4(),
        "person_name": "韩梅",
        "series": "HEALTH",
        "level": "ASSOCIATE_SENIOR",
        "opens_on": date(2023, 11, 13),
        "closes_on": date(2023, 11, 20),
    }
    return RecommendationPublicised(**facts | given)


def meeting_moved(**given: Any) -> MeetingMoved:
    """A meeting whose experts were drawn."""
    facts = {
        "meeting_id": uuid4(),
        "committee_id": uuid4(),
        "office_id": uuid4(),
        "action": "DRAW",
        "after": "DRAWN",
        "held_on": date(2023, 12, 20),
    }
    return MeetingMoved(**facts | given)


def objection_moved(**given: Any) -> ObjectionMoved:
    """An objection raised in a publicity."""
    facts = {
        "objection_id": uuid4(),
        "publicity_id": uuid4(),
        "kind": "RECOMMENDATION",
        "subject_id": uuid4(),
        "organisation_id": uuid4(),
        "action": "CREATE",
        "after": "OPEN",
    }
    return ObjectionMoved(**facts | given)
