"""Every kind of creator tries to create every kind of organisation, at every level, inside and outside its region.

The table below is written from 附件3 by hand and knows nothing of the policy files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from tests.services.accounts.world import World, new_login, token_at

KINDS = ("HRSS", "AUTHORITY", "TALENT_EXCHANGE_CENTRE", "EMPLOYER", "SUBORDINATE_UNIT", "INTERNAL_DEPARTMENT")
LEVELS = ("PROVINCE", "PREFECTURE", "COUNTY")
INSIDE = {"PROVINCE": "630000", "PREFECTURE": "632800", "COUNTY": "632801"}
OUTSIDE = {"PREFECTURE": "630100", "COUNTY": "630104"}

HRSS_P, HRSS_F, HRSS_C = ("HRSS", "PROVINCE"), ("HRSS", "PREFECTURE"), ("HRSS", "COUNTY")
PATHS: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "HRSS PROVINCE": [],
    "HRSS PREFECTURE": [(*HRSS_F, {})],
    "HRSS COUNTY": [(*HRSS_F, {}), (*HRSS_C, {})],
    "AUTHORITY PROVINCE": [("AUTHORITY", "PROVINCE", {"industry": "HEALTH"})],
    "AUTHORITY PREFECTURE": [(*HRSS_F, {}), ("AUTHORITY", "PREFECTURE", {"industry": "HEALTH"})],
    "AUTHORITY COUNTY": [(*HRSS_F, {}), (*HRSS_C, {}), ("AUTHORITY", "COUNTY", {"industry": "AGRICULTURE"})],
    "HEALTH COUNTY": [(*HRSS_F, {}), (*HRSS_C, {}), ("AUTHORITY", "COUNTY", {"industry": "HEALTH"})],
    "EDUCATION COUNTY": [(*HRSS_F, {}), (*HRSS_C, {}), ("AUTHORITY", "COUNTY", {"industry": "EDUCATION"})],
    "CENTRAL UNIT": [("AUTHORITY", "PROVINCE", {"nature": "CENTRAL_UNIT"})],
    "TALENT_EXCHANGE_CENTRE PROVINCE": [("TALENT_EXCHANGE_CENTRE", "PROVINCE", {})],
    "TALENT_EXCHANGE_CENTRE PREFECTURE": [(*HRSS_F, {}), ("TALENT_EXCHANGE_CENTRE", "PREFECTURE", {})],
    "TALENT_EXCHANGE_CENTRE COUNTY": [(*HRSS_F, {}), (*HRSS_C, {}), ("TALENT_EXCHANGE_CENTRE", "COUNTY", {})],
    "EMPLOYER PROVINCE": [("EMPLOYER", "PROVINCE", {})],
    "EMPLOYER PREFECTURE": [(*HRSS_F, {}), ("EMPLOYER", "PREFECTURE", {})],
    "EMPLOYER COUNTY": [(*HRSS_F, {}), (*HRSS_C, {}), ("EMPLOYER", "COUNTY", {})],
    "SUBORDINATE_UNIT PROVINCE": [("EMPLOYER", "PROVINCE", {}), ("SUBORDINATE_UNIT", "PROVINCE", {})],
    "SUBORDINATE_UNIT COUNTY": [
        (*HRSS_F, {}),
        (*HRSS_C, {}),
        ("EMPLOYER", "COUNTY", {}),
        ("SUBORDINATE_UNIT", "COUNTY", {}),
    ],
    "INTERNAL_DEPARTMENT PROVINCE": [("EMPLOYER", "PROVINCE", {}), ("INTERNAL_DEPARTMENT", "PROVINCE", {})],
    "INTERNAL_DEPARTMENT COUNTY": [(*HRSS_F, {}), (*HRSS_C, {}), ("INTERNAL_DEPARTMENT", "COUNTY", {})],
    "VOCATIONAL DIVISION": [("INTERNAL_DEPARTMENT", "PROVINCE", {"industry": "VOCATIONAL_CAPACITY"})],
}

DEPARTMENT = "INTERNAL_DEPARTMENT"
MAY: dict[str, set[str]] = {
    "HRSS PROVINCE": {
        "HRSS PREFECTURE",
        "AUTHORITY PROVINCE",
        "EMPLOYER PROVINCE",
        "TALENT_EXCHANGE_CENTRE PROVINCE",
        "INTERNAL_DEPARTMENT PROVINCE",
        "CENTRAL_UNIT AUTHORITY PROVINCE",
    },
    "HRSS PREFECTURE": {
        "HRSS COUNTY",
        "AUTHORITY PREFECTURE",
        "EMPLOYER PREFECTURE",
        "TALENT_EXCHANGE_CENTRE PREFECTURE",
        "INTERNAL_DEPARTMENT PREFECTURE",
    },
    "HRSS COUNTY": {
        "AUTHORITY COUNTY",
        "EMPLOYER COUNTY",
        "TALENT_EXCHANGE_CENTRE COUNTY",
        "INTERNAL_DEPARTMENT COUNTY",
        "PRIVATE_ENTERPRISE EMPLOYER COUNTY",
        "TOWNSHIP EMPLOYER COUNTY",
    },
    "AUTHORITY PROVINCE": {"EMPLOYER PROVINCE", "INTERNAL_DEPARTMENT PROVINCE"},
    "AUTHORITY PREFECTURE": {"EMPLOYER PREFECTURE", "INTERNAL_DEPARTMENT PREFECTURE"},
    "AUTHORITY COUNTY": {"EMPLOYER COUNTY", "INTERNAL_DEPARTMENT COUNTY", "TOWNSHIP EMPLOYER COUNTY"},
    "HEALTH COUNTY": {
        "EMPLOYER COUNTY",
        "INTERNAL_DEPARTMENT COUNTY",
        "TOWNSHIP EMPLOYER COUNTY",
        "PRIVATE_HOSPITAL EMPLOYER COUNTY",
    },
    "EDUCATION COUNTY": {
        "EMPLOYER COUNTY",
        "INTERNAL_DEPARTMENT COUNTY",
        "TOWNSHIP EMPLOYER COUNTY",
        "PRIVATE_SCHOOL EMPLOYER COUNTY",
    },
    "CENTRAL UNIT": {"EMPLOYER PROVINCE", "INTERNAL_DEPARTMENT PROVINCE"},
    "TALENT_EXCHANGE_CENTRE PROVINCE": {"INTERNAL_DEPARTMENT PROVINCE"},
    "TALENT_EXCHANGE_CENTRE PREFECTURE": {"INTERNAL_DEPARTMENT PREFECTURE"},
    "TALENT_EXCHANGE_CENTRE COUNTY": {"INTERNAL_DEPARTMENT COUNTY"},
    "EMPLOYER PROVINCE": {"SUBORDINATE_UNIT PROVINCE", "INTERNAL_DEPARTMENT PROVINCE"},
    "EMPLOYER PREFECTURE": {"SUBORDINATE_UNIT PREFECTURE", "INTERNAL_DEPARTMENT PREFECTURE"},
    "EMPLOYER COUNTY": {"SUBORDINATE_UNIT COUNTY", "INTERNAL_DEPARTMENT COUNTY"},
    "SUBORDINATE_UNIT PROVINCE": {"INTERNAL_DEPARTMENT PROVINCE"},
    "SUBORDINATE_UNIT COUNTY": {"INTERNAL_DEPARTMENT COUNTY"},
    "INTERNAL_DEPARTMENT PROVINCE": set(),
    "INTERNAL_DEPARTMENT COUNTY": set(),
    "VOCATIONAL DIVISION": {"PRIVATE_TECHNICAL_SCHOOL EMPLOYER PROVINCE"},
}
SPECIAL = {
    "CENTRAL_UNIT": "AUTHORITY",
    "PRIVATE_TECHNICAL_SCHOOL": "EMPLOYER",
    "PRIVATE_HOSPITAL": "EMPLOYER",
    "PRIVATE_SCHOOL": "EMPLOYER",
    "PRIVATE_ENTERPRISE": "EMPLOYER",
    "TOWNSHIP": "EMPLOYER",
}


@dataclass(frozen=True)
class Try:
    """One cell: what is proposed, and whether the region is the creator's."""

    kind: str
    level: str
    nature: str | None
    inside: bool

    @property
    def name(self) -> str:
        """As the table says it."""
        return f"{self.nature + ' ' if self.nature else ''}{self.kind} {self.level}"

    def told(self, world: World) -> dict[str, Any]:
        """The proposal."""
        region = (INSIDE if self.inside else OUTSIDE)[self.level]
        more = {"nature": self.nature} if self.nature else {}
        return world.proposal(self.kind, self.level, region, **more)


def tries() -> Iterator[Try]:
    """Every cell of the matrix."""
    proposals = [(kind, level, None) for kind in KINDS for level in LEVELS]
    proposals += [(kind, level, nature) for nature, kind in SPECIAL.items() for level in LEVELS]
    for kind, level, nature in proposals:
        yield Try(kind, level, nature, inside=True)
        if level in OUTSIDE:
            yield Try(kind, level, nature, inside=False)


@pytest.mark.clause("A3.1", "A3.2.0", "A3.2.1", "A3.2.2", "A3.2.3", "A3.2.4", "A3.2.5", "A3.2.6")
@pytest.mark.clause("A3.3.1", "A3.3.2", "A3.3.3", "A3.3.4", "A3.3.5", "A3.3.6")
@pytest.mark.parametrize("name", PATHS)
async def test_each_creator_creates_exactly_what_annex_3_says(world, session, name):
    """A creator creates what its row of the table names, inside its region, and nothing else; explaining says the same."""
    creator = world.root
    for kind, level, more in PATHS[name]:
        creator = await world.create(creator, kind=kind, level=level, region_code=INSIDE[level], **more)
    token, made = token_at(creator), 0
    for each in tries():
        allowed = (each.inside or creator["level"] == "PROVINCE") and each.name in MAY[name]
        body = each.told(world) | {"creator_id": creator["id"]}
        told = (await world.ask("POST", "/v1/organisations/explain-creation", token, body)).json()
        assert told["allowed"] is allowed, (name, each)
        answer = await world.ask("POST", "/v1/organisations", token, body | {"manager": _manager()})
        assert answer.status_code == (201 if allowed else 422), (name, each, answer.text)
        if allowed:
            made += 1
            created = answer.json()["record"]["organisation"]
            assert created["parent_id"] == creator["id"]
            assert created["lineage"] == [*creator["lineage"], _step(created)]
        else:
            problem = answer.json()
            assert told["refusal"]["code"] == problem["code"]
            assert problem["basis"], problem
    assert made >= len(MAY[name]), "every row of the table was met"
    async with session("accounts") as tx:
        counted = await tx.scalar(text("select count(*) from organisation"))
        managers = await tx.scalar(text("select count(*) from account"))
    assert counted == 1 + len(PATHS[name]) + made, "a refusal changed nothing"
    assert managers == counted + 1, "one manager each, and the operator"


def _manager() -> dict[str, str]:
    return {"name": "某管理员", "login": new_login("manager")}


def _step(organisation: dict[str, Any]) -> dict[str, Any]:
    return {key: organisation[key] for key in ("id", "name", "kind", "level")}
