"""Whoever declares is asked of at the credit platforms before acceptance, across the services: nobody who is barred there is accepted (一（八）)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import httpx
import pytest

from demo.scenes import declaration
from demo.stage import Stage
from tests.gateway.clauses import season, test_strict
from tests.gateway.clauses.province import Province, bearer_of, uuid
from tests.gateway.clauses.season import refusal, seated
from tests.platform.apps import Apps
from tests.platform.tokens import bearer, mint
from tests.services.notifications.platform import KEY
from tests.services.notifications.platform_process import started
from tests.services.notifications.test_credit_checks import BARRED, DOCUMENT, NUMBER, PLATFORM, behave

BY = "青人社厅函〔2023〕61号"
LISTINGS = """query($id: ID!) { creditListings(first: 5, declaration: $id) { edges { node { id platformTitle state document
  until availableActions declaration { id } } } } }"""
CHECKS = """query($id: ID!) { creditChecks(first: 5, declaration: $id) { edges { node { platform number standing attempts
  listed lastError } } } }"""
INBOX = "{ inbox(first: 100) { edges { node { title body } } } }"
TOLD = """select id, type, subject, time, data from {schema}.outbox where type like $1 order by seq"""


@pytest.fixture(scope="module")
async def peer() -> AsyncIterator[str]:
    """The address of a platform that runs as a process of its own."""
    async with started(KEY) as url:
        yield url


@pytest.fixture(scope="module")
async def notifications(apps: Apps, seeded: None, peer: str) -> AsyncIterator[Any]:
    """Notifications with a platform that answers questions, which it asks when it is told to."""
    accounts = httpx.ASGITransport(app=await apps.get("accounts"))
    told = {"title": "省信用平台", "url": f"{peer}/misconduct", "check_url": f"{peer}/check", "key": KEY}
    settings = {"credit_platforms": json.dumps({PLATFORM: told}), "credit_seconds": 3600}
    async with AsyncExitStack() as stack:
        parts = {"transports": {"accounts": accounts}}
        yield await apps.fresh("notifications", stack, settings, parts)


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November; somebody's declaration was submitted; an officer of the province is there."""
    stage = await season.begin(province, http)
    root = await province.at("province")
    stage.cast["officer"] = seated(stage, "officer", bearer_of(root, "TITLE_OFFICER", name="省厅"))
    await test_strict.submitted(stage, "worker")
    return stage


class Carrier:
    """Brings events to who hears them, each once, as the relay does; asks the platform."""

    def __init__(self, parts: dict[str, Any], tables: asyncpg.Connection, app: Any) -> None:
        self._parts, self._tables, self._app = parts, tables, app

    async def carry(self, source: str, to: str, like: str) -> list[dict[str, Any]]:
        """Bring all of a kind; what was brought before is dropped there. Their data."""
        rows = await self._tables.fetch(TOLD.format(schema=source), like)
        relay = bearer(mint(kind="service", name="relay"))
        async with httpx.AsyncClient(transport=self._parts[to], base_url="http://part.test") as http:
            for row in rows:
                told = {"id": str(row["id"]), "source": f"urn:titles:{source}", "type": row["type"]}
                told |= {"subject": row["subject"], "time": row["time"].isoformat()}
                told["data"] = json.loads(row["data"])
                answer = await http.post("/events", json=told, headers=relay)
                assert answer.is_success, answer.text
        return [json.loads(row["data"]) for row in rows]

    async def submitted(self) -> None:
        """What was submitted reaches notifications, and that it is asked of reaches workflow."""
        await self.carry("workflow", "notifications", "titles.workflow.declaration.moved.v1")
        await self.carry("notifications", "workflow", "titles.notifications.credit_check.%")

    async def asked(self) -> int:
        """The platform is asked all that waits, and its answers reach workflow; how many there were."""
        await self._tables.execute("update notifications.credit_check set due_at = now()")
        answered: int = await self._app.state.asker.ask(PLATFORM)
        await self.carry("notifications", "workflow", "titles.notifications.credit_check.%")
        await self.carry("workflow", "notifications", "titles.workflow.credit_listing.moved.v1")
        return answered


@pytest.fixture
def carrier(parts: dict[str, Any], stage: Stage, resetter: asyncpg.Connection, notifications: Any) -> Carrier:
    """Who brings events."""
    return Carrier(parts, resetter, notifications)


async def nodes(stage: Stage, part: str, document: str, name: str, **given: Any) -> list[dict[str, Any]]:
    """A list, as somebody reads it."""
    found = await stage.ask(part, document, **given)
    return [edge["node"] for edge in found[name]["edges"]]


async def titles(stage: Stage, part: str) -> list[str]:
    """The titles in an inbox."""
    return [each["title"] for each in await nodes(stage, part, INBOX, "inbox")]


async def unaccepted(stage: Stage) -> dict[str, list[str]]:
    """Why the office is refused when it accepts."""
    target = {"id": stage.things["worker"], "action": "ACCEPT", "judgements": declaration.JUDGED}
    return await test_strict.broken(stage, "province", **target)


@pytest.mark.clause("1.8")
async def test_who_is_barred_at_a_platform_is_not_accepted(stage: Stage, carrier: Carrier, peer: str) -> None:
    """Reviewed meanwhile, waited for, listed, told, set aside by the province's document, and accepted then."""
    mine = {"id": stage.things["worker"]}
    await carrier.submitted()
    for part in ("department", "hospital", "health"):
        await declaration.judge(stage, part, part, of="worker")
    for material in await declaration.materials(stage, "province", "worker"):
        await declaration.open_(stage, "province", material)
        verdict = {"id": material["id"], "verdict": "SOUND"}
        await stage.cast["province"].do("judgeMaterial", "material { id }", **verdict)
    assert await unaccepted(stage) == {"CREDIT_ANSWER_AWAITED": ["本省参数"]}
    await behave(peer, checks=["fail"])
    assert await carrier.asked() == 0
    (check,) = await nodes(stage, "officer", CHECKS, "creditChecks", **mine)
    assert (check["standing"], check["attempts"], check["lastError"]) == ("WAITING", 1, "HTTP 500")
    assert await nodes(stage, "hospital", CHECKS, "creditChecks", **mine) == []
    ((number,),) = (await behave(peer)).values()
    await behave(peer, barred={number: BARRED[NUMBER]})
    assert await carrier.asked() == 1
    assert await unaccepted(stage) == {"CREDIT_LISTED": ["一（八）"]}
    (listing,) = await nodes(stage, "worker", LISTINGS, "creditListings", **mine)
    assert (listing["state"], listing["document"], listing["until"]) == ("LISTED", DOCUMENT, "2025-01-31")
    assert (listing["declaration"]["id"], listing["availableActions"]) == (stage.things["worker"], [])
    assert (await titles(stage, "worker"))[0] == "信用平台将您列为限制对象，申报暂不能受理"
    assert "申报人被信用平台列为限制对象" in await titles(stage, "officer")
    given = {"id": listing["id"], "documentNumber": BY, "reason": "同名误列，平台已确认"}
    code, cites, _ = await refusal(stage, "hospital", "setCreditListingAside", **given)
    assert (code, cites) == ("NOT_YOUR_STEP", ["一（八）"])
    done = await stage.cast["officer"].do(
        "setCreditListingAside", "listing { state } basis { cite }", **given
    )
    assert (done["listing"]["state"], done["basis"][0]["cite"]) == ("SET_ASIDE", "一（八）")
    await carrier.carry("workflow", "notifications", "titles.workflow.credit_listing.moved.v1")
    assert (await titles(stage, "worker"))[0] == "信用平台的限制信息经核实不予采信"
    await declaration.step(stage, "province", "ACCEPT", "受理", of="worker", judgements=declaration.JUDGED)
    told = await stage.ask("worker", "query($id: ID!) { declaration(id: $id) { state } }", **mine)
    assert told["declaration"]["state"] == "ACCEPTED"


@pytest.mark.clause("1.8")
async def test_nothing_of_the_person_is_kept_where_it_is_not_needed(
    stage: Stage, peer: str, resetter: asyncpg.Connection
) -> None:
    """The number that the platform was asked by stands in no table of notifications or workflow; accounts has audited it."""
    (numbers,) = (await behave(peer)).values()
    (number,) = set(numbers)
    tables = await resetter.fetch(
        "select schemaname || '.' || tablename as name from pg_tables where schemaname in ('notifications', 'workflow')"
    )
    for table in tables:
        found = await resetter.fetchval(
            f"select count(*) from {table['name']} t where t::text like '%' || $1 || '%'", number
        )
        assert found == 0, table["name"]
    audited = await resetter.fetchval(
        "select count(*) from accounts.audit_log where action = 'person.OPEN_FOR_CREDIT_CHECK' and subject = $1",
        f"person/{uuid(stage.things['person worker'])}",
    )
    assert audited == len(numbers)
