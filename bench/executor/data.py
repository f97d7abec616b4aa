"""What is told: one declaration with all around it, as JSON, so that every server tells the same."""

from collections.abc import Mapping
from typing import Any

ORGANISATIONS, PEOPLE, STATIONS, MATERIALS, STEPS = 8, 4, 4, 10, 10
Record = Mapping[str, Any]


def told() -> dict[str, Any]:
    """The declaration, and by their ids the organisations and people that it names."""
    return {
        "declaration": _declaration(),
        "organisations": {f"organisation-{each}": _organisation(each) for each in range(ORGANISATIONS)},
        "people": {f"person-{each}": _person(each) for each in range(PEOPLE)},
    }


def _organisation(number: int) -> Record:
    lineage = [
        {"id": f"organisation-{each}", "name": f"青海省第{each}人民医院", "level": "PROVINCE"}
        for each in range(3)
    ]
    return {
        "id": f"organisation-{number}",
        "name": f"青海省第{number}人民医院",
        "level": "COUNTY",
        "lineage": lineage,
    }


def _person(number: int) -> Record:
    documents = [{"kind": "RESIDENT_ID", "maskedNumber": "63**************12"}]
    return {"id": f"person-{number}", "name": "卓玛", "kind": "ON_ESTABLISHMENT", "documents": documents}


def _declaration() -> Record:
    return {
        "id": "declaration-1",
        "number": "2023-630000-000001",
        "series": "HEALTH",
        "level": "ASSOCIATE_SENIOR",
        "pool": "GENERAL",
        "state": "UNDER_REVIEW",
        "round": 1,
        "version": 7,
        "createdAt": "2023-11-02T01:00:00+00:00",
        "availableActions": ["SEND_BACK", "FORWARD"],
        "personId": "person-1",
        "unitId": "organisation-1",
        "chain": [_station(each) for each in range(STATIONS)],
        "materials": [_material(each) for each in range(MATERIALS)],
        "history": [_step(each) for each in range(STEPS)],
    }


def _station(number: int) -> Record:
    return {
        "role": "REVIEWER",
        "state": "WAITING",
        "dueOn": "2023-11-20",
        "organisationId": f"organisation-{number % ORGANISATIONS}",
    }


def _material(number: int) -> Record:
    verdict = {
        "reviewerName": "王审",
        "round": 1,
        "verdict": "ACCEPTED",
        "organisationId": f"organisation-{number % ORGANISATIONS}",
    }
    return {
        "id": f"material-{number}",
        "item": "THESIS",
        "title": f"论文 {number}",
        "state": "STORED",
        "size": 81920 + number,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "verdicts": [verdict],
    }


def _step(number: int) -> Record:
    return {
        "action": "FORWARD",
        "before": "UNIT_REVIEW",
        "after": "UNDER_REVIEW",
        "actorName": "李核",
        "at": "2023-11-03T01:00:00+00:00",
        "organisationId": f"organisation-{number % ORGANISATIONS}",
    }
