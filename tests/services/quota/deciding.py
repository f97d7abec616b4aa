"""What the HRSS sends in these tests: numbers set by decision, targeted posts approved, and everybody who might try to."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx

from services.accounts.contract import Role
from services.kit.auth import Node
from tests.platform.tokens import mint, node, seat
from tests.services.quota.bodies import YEAR
from tests.services.quota.people import Unit, ask, service_token

DECISIONS = "/v1/post-decisions"
PLANS = "/v1/targeted-plans"
REASON = "编制由 60 名精简为 52 名，岗位设置方案正在调整"


def decision(unit: Unit, *, unless: dict[str, Any] | None = None, **numbers: int) -> dict[str, Any]:
    """A decision that sets numbers by level; `unless` changes its other fields."""
    return {
        "unit_id": unit.id,
        "year": YEAR,
        "document_no": "西人社函〔2023〕12号",
        "decided_on": "2023-10-09",
        "reason": REASON,
        "levels": [{"level": level, "declarable": number} for level, number in numbers.items()],
        **(unless or {}),
    }


def plan(unit: Unit, *, unless: dict[str, Any] | None = None, **columns: tuple[int, ...]) -> dict[str, Any]:
    """An approval of targeted posts: approved, employed, qualified but not employed, by level."""
    cells = ("approved", "employed", "qualified_not_employed")
    return {
        "unit_id": unit.id,
        "year": YEAR,
        "headcount": 45,
        "document_no": "青人社厅函〔2023〕88号",
        "levels": [
            {"level": level, **dict(zip(cells, typed, strict=False))} for level, typed in columns.items()
        ],
        **(unless or {}),
    }


async def decided(
    http: httpx.AsyncClient, unit: Unit, replaces: dict[str, Any] | None = None, **numbers: int
) -> dict[str, Any]:
    """A decision that its HRSS makes, in place of the one that `replaces` is."""
    unless = {"replaces": replaces["id"]} if replaces else None
    answer = await ask(http, "POST", DECISIONS, unit.hrss, decision(unit, unless=unless, **numbers))
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()["record"]
    return record


async def planned(http: httpx.AsyncClient, unit: Unit, **columns: tuple[int, ...]) -> dict[str, Any]:
    """Targeted posts that its HRSS approves."""
    answer = await ask(http, "POST", PLANS, unit.hrss, plan(unit, **columns))
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()["record"]
    return record


def places_around(unit: Unit) -> dict[str, tuple[Node, ...]]:
    """Where somebody may hold a role: inside the unit, above, beside and below it, and elsewhere, by their lineage."""
    province, hrss, authority, itself = unit.lineage
    return {
        "province": (province,),
        "hrss": (province, hrss),
        "authority": (province, hrss, authority),
        "unit": unit.lineage,
        "below": (*unit.lineage, node("INTERNAL_DEPARTMENT", itself.level)),
        "beside": (province, hrss, authority, node("EMPLOYER", itself.level)),
        "hrss beside": (province, node("HRSS", hrss.level)),
        "stranger": (node("HRSS", "PROVINCE", uuid4()), node("HRSS", hrss.level)),
    }


def everybody(unit: Unit) -> dict[tuple[str, str], str]:
    """A token for every role at every place, and for the platform's own services."""
    tokens = {
        (place, str(role)): mint([seat(role, *lineage)])
        for place, lineage in places_around(unit).items()
        for role in Role
    }
    return {**tokens, ("platform", "SERVICE"): service_token()}


READERS = {
    "RECOMMENDER",
    "REVIEWER",
    "TITLE_OFFICER",
    "COMMITTEE_OFFICE",
    "ORGANISATION_MANAGER",
    "SUPERVISOR",
}
ACTING = {("hrss", "REVIEWER"), ("hrss", "TITLE_OFFICER")}
"""Who may set numbers and approve targeted posts: nobody else (二（一）第2段, 一（四）1)."""
OVER_IT = {"province", "hrss", "authority", "unit"}
"""Places of whose roles some see what concerns the unit."""


def sees(place: str, role: str) -> bool:
    """Whether somebody sees forms, decisions and plans of the unit."""
    return place == "platform" or (place in OVER_IT and role in READERS)


def works_there(place: str) -> bool:
    """Whether somebody works at the unit or in a department of it, and so knows that it has posts."""
    return place in {"unit", "below"}
