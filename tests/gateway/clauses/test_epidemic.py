"""Medical staff of the epidemic (二（四）2) through the gateway: who is entitled is a list of the prefecture's authority."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from demo.api import Gateway
from demo.identities import Identities
from demo.scenes import opening
from demo.stage import OPERATOR, Stage, at
from tests.gateway.clauses.province import Province, bearer_of
from tests.gateway.clauses.season import newcomer, refusal, seated

LIST = {"title": "海西州参加疫情防控医务人员名单", "documentNumber": "西卫〔2023〕21号"}
SEEN = """{ entitlementLists(first: 9) { edges { node { title state organisation { name }
  entries(first: 9) { edges { node { personName action reason listed } } } } } } }"""
OWN = """{ whatIf(series: "HEALTH", year: 2023) { entitlements { documentNumber basis { cite } } } }"""


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November: health authorities of province, prefecture and county, and a doctor in the prefecture and one outside."""
    stage = Stage(Gateway("/graphql", http), "000095", lambda _: None, Identities("epidemic"))
    parts = {
        "province": ("ORGANISATION_MANAGER", "TITLE_OFFICER"),
        **dict.fromkeys(("health", "haixi health", "golmud health", "xining"), ("REVIEWER",)),
        **dict.fromkeys(("county hospital", "hospital"), ("ORGANISATION_MANAGER",)),
    }
    for part, roles in parts.items():
        there = await province.at(part)
        stage.cast[part] = seated(stage, part, bearer_of(there, *roles))
        stage.organisations[part] = there["id"]
    stage.cast[OPERATOR] = seated(stage, OPERATOR, province.token("province", "OPERATOR"))
    await stage.move_clock(at(10, 16))
    await opening._cycle(stage)  # noqa: SLF001 - this part of the scene alone
    await stage.move_clock(at(11, 2))
    await newcomer(stage, "medic", "county hospital")
    await newcomer(stage, "stranger", "hospital")
    return stage


async def enter(stage: Stage, row: str, action: str, part: str = "medic") -> dict[str, Any]:
    """The prefecture's authority puts somebody on the list or takes somebody off it."""
    given = {"id": row, "personId": stage.things[part], "action": action, "reason": "援鄂医疗队队员"}
    done = await stage.cast["haixi health"].do("enterEntitlement", "entry { listed personName }", **given)
    assert {each["cite"] for each in done.basis} == {"二（四）2"}
    return dict(done["entry"])


async def entitled(stage: Stage) -> list[str]:
    """What the doctor is told."""
    told = (await stage.ask("medic", OWN))["whatIf"]["entitlements"]
    assert all([basis["cite"] for basis in each["basis"]] == ["二（四）2"] for each in told)
    return [each["documentNumber"] for each in told]


async def seen(stage: Stage, part: str) -> list[dict[str, Any]]:
    """The lists that somebody reads."""
    return [edge["node"] for edge in (await stage.ask(part, SEEN))["entitlementLists"]["edges"]]


@pytest.mark.clause("2.4.2")
async def test_the_prefectures_health_authority_says_who_is_entitled(stage: Stage) -> None:
    """No other body does; only its own people; published it is a fact, taken off it is none; the commission reads all."""
    asked = LIST | {"cycleId": stage.things["cycle"]}
    for part in ("health", "golmud health", "xining", "province"):
        assert (await refusal(stage, part, "beginEntitlementList", **asked))[:2] == (
            "NOT_A_KEEPER",
            ["二（四）2"],
        )
    done = await stage.cast["haixi health"].do("beginEntitlementList", "entitlementList { id }", **asked)
    row = done["entitlementList"]["id"]
    given = {"id": row, "personId": stage.things["stranger"], "action": "ADD", "reason": "援鄂医疗队队员"}
    refused = await refusal(stage, "haixi health", "enterEntitlement", **given)
    assert refused[:2] == ("PERSON_NOT_OF_PREFECTURE", ["二（四）2"])
    assert (await enter(stage, row, "ADD"))["listed"]
    assert await entitled(stage) == []
    published = await stage.cast["haixi health"].do(
        "publishEntitlementList", "entitlementList { state availableActions }", id=row
    )
    assert published["entitlementList"] == {"state": "PUBLISHED", "availableActions": ["ADD", "REMOVE"]}
    assert await entitled(stage) == [LIST["documentNumber"]]
    (read,) = await seen(stage, "health")
    (entry,) = read["entries"]["edges"]
    assert (read["state"], entry["node"]["reason"]) == ("PUBLISHED", "援鄂医疗队队员")
    assert (len(await seen(stage, "province")), await seen(stage, "golmud health")) == (1, [])
    assert not (await enter(stage, row, "REMOVE"))["listed"]
    assert await entitled(stage) == []
    assert len((await seen(stage, "haixi health"))[0]["entries"]["edges"]) == 2
