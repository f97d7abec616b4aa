"""People, their documents and the change of employer through the gateway, before the real accounts service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from asgi_lifespan import LifespanManager
from sqlalchemy import text
from strawberry.relay import GlobalID

from gateway.clients import PARTS
from gateway.main import create
from gateway.settings import GatewaySettings
from services.accounts.installation import Desk
from services.accounts.seed import seed
from services.kit import clock
from services.kit.auth import TokenVerifier
from tests.gateway.conftest import Asker
from tests.gateway.fakes import Down
from tests.platform.tokens import trusted
from tests.services.accounts.moving import Stage, stage_of
from tests.services.accounts.world import World, new_login, new_resident_id, token_at

PERSON = "person { id name kind state documents { id kind maskedNumber } employer { name } version }"
CHANGE = """employerChange { id state maskedName maskedNumber employer { name } asker { name } superior { name } dueOn
  availableActions history { action note } version person { id } }"""
REFUSED = "basis { cite } errors { code field message }"


@pytest.fixture
async def front(apps: Any) -> AsyncIterator[Asker]:
    """A front end of a gateway that reaches accounts alone."""
    async with AsyncExitStack() as stack:
        accounts = httpx.ASGITransport(app=await apps.get("accounts"))
        transports = {name: accounts if name == "accounts" else Down() for name in PARTS}
        app = create(GatewaySettings(), verifier=TokenVerifier(trusted()), transports=transports)
        await stack.enter_async_context(LifespanManager(app))
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway.test")
        yield Asker(await stack.enter_async_context(http))


@pytest.fixture
async def world(apps: Any, client: Any, session: Any, database: str, at: Any) -> World:
    """The province with its root, in October 2023."""
    installation = (await apps.get("accounts")).state.installation
    async with session("accounts") as tx:
        await seed(tx, Desk(installation, await clock.now(tx, simulated=True)), None)
        root_id = await tx.scalar(text("select id from organisation"))
    await at("2023-10-10T09:00+08:00", "accounts")
    bare = {"id": str(root_id), "lineage": [{"id": root_id, "kind": "HRSS", "level": "PROVINCE"}]}
    http = await client("accounts")
    found = await World(http, bare).ask("GET", f"/v1/organisations/{root_id}", token_at(bare))
    return World(http, found.json())


@pytest.fixture
async def stage(world: World) -> Stage:
    """A hospital with a person, and a school that wants him or her."""
    return await stage_of(world)


async def do(front: Asker, token: str, act: str, returning: str, **given: Any) -> dict[str, Any]:
    """The payload of a mutation, refused or not."""
    kind = act[0].upper() + act[1:]
    document = f"mutation($input: {kind}Input!) {{ {act}(input: $input) {{ {returning} {REFUSED} }} }}"
    payload: dict[str, Any] = (await front.data(document, token=token, input=given))[act]
    return payload


def organisation_id(organisation: dict[str, Any]) -> str:
    """Its global id."""
    return str(GlobalID("Organisation", organisation["id"]))


@pytest.mark.clause("2.2.1")
async def test_a_person_moves_through_the_gateway(front, stage):
    """Asked by document, agreed to, released; what each party sees; the person's periods."""
    asked = {
        "organisationId": organisation_id(stage.new),
        "document": {"kind": "RESIDENT_ID", "number": stage.number},
        "kind": "TEMPORARY",
        "contract": {"kind": "LABOUR", "signedOn": "2023-10-01", "until": "2026-09-30"},
        "reason": "已签订劳动合同",
    }
    payload = await do(front, stage.asking, "askEmployerChange", CHANGE, **asked)
    change = payload["employerChange"]
    assert (payload["errors"], payload["basis"][0]["cite"]) == ([], "二（二）1")
    assert (change["state"], change["maskedName"], change["person"]) == ("ASKED", None, None)
    again = await do(front, stage.asking, "askEmployerChange", CHANGE, **asked)
    assert [each["code"] for each in again["errors"]] == ["CHANGE_UNDER_WAY"]
    waiting = "{ employerChanges(first: 5, awaitingMe: true) { edges { node { id maskedName availableActions } } } }"
    [edge] = (await front.data(waiting, token=stage.own))["employerChanges"]["edges"]
    assert edge["node"] == {
        "id": change["id"],
        "maskedName": "卓**",
        "availableActions": ["CONSENT", "DECLINE"],
    }
    for token, action in ((stage.own, "CONSENT"), (stage.releasing, "RELEASE")):
        step = {"id": change["id"], "action": action}
        payload = await do(front, token, "actOnEmployerChange", CHANGE, **step)
        assert payload["errors"] == []
    assert payload["employerChange"]["state"] == "CARRIED_OUT"
    person = str(GlobalID("Person", stage.person["id"]))
    periods = """query($id: ID!) { employments(personId: $id) {
      organisationName kind beganOn endedOn ending contract { kind until } } }"""
    latest, before = (await front.data(periods, token=stage.asking, id=person))["employments"]
    assert latest["contract"] == {"kind": "LABOUR", "until": "2026-09-30"}
    assert (before["organisationName"], before["ending"]) == (stage.old["name"], "MOVED")


async def test_a_second_creation_through_the_gateway_is_a_refusal_as_data(front, stage):
    """It says where the account is and how to ask for the change; another person by passport is made."""
    given = {
        "organisationId": organisation_id(stage.new),
        "name": "索南",
        "document": {"kind": "RESIDENT_ID", "number": stage.number.lower()},
        "kind": "ON_ESTABLISHMENT",
        "login": new_login(),
    }
    [error] = (await do(front, stage.asking, "createPerson", PERSON, **given))["errors"]
    assert (error["code"], error["field"]) == ("PERSON_EXISTS", "document")
    assert stage.old["name"] in error["message"]
    given["document"] = {"kind": "PASSPORT", "number": "E2718281", "nationality": "JPN"}
    made = await do(front, stage.asking, "createPerson", PERSON, **given)
    [kept] = made["person"]["documents"]
    assert (kept["kind"], kept["maskedNumber"]) == ("PASSPORT", "E*****81")


async def test_what_an_employer_tells_through_the_gateway(front, stage):
    """Kind, contract, department and end; a document, numbers for a purpose, contact before the test."""
    department = await stage.world.department(stage.old)
    person = {"personId": str(GlobalID("Person", stage.person["id"]))}
    when = {"on": "2023-10-10", "reason": "人事调整"}
    token = stage.releasing
    told = await do(front, token, "changePersonKind", PERSON, **person, **when, kind="TEMPORARY")
    assert told["person"]["kind"] == "TEMPORARY"
    there = {"departmentId": organisation_id(department)}
    assert (await do(front, token, "changeDepartment", PERSON, **person, **when, **there))["errors"] == []
    assert (await do(front, token, "changeDepartment", PERSON, **person, **when))["errors"] == []
    contract = {"contract": {"kind": "LABOUR", "signedOn": "2023-10-10"}}
    assert (await do(front, token, "setContract", PERSON, **person, **contract))["errors"] == []
    passport = {"document": {"kind": "PASSPORT", "number": "E31415926", "nationality": "NPL"}}
    added = await do(front, token, "addPersonDocument", PERSON, **person, **passport)
    assert [each["kind"] for each in added["person"]["documents"]] == ["RESIDENT_ID", "PASSPORT"]
    mistyped = {**person, "documentId": added["person"]["documents"][1]["id"], "reason": "录入有误"}
    right = {"document": passport["document"] | {"number": "E27182818"}}
    corrected = await do(front, token, "correctPersonDocument", PERSON, **mistyped, **right)
    assert corrected["person"]["documents"][1]["maskedNumber"] == "E******18"
    assert (await do(front, token, "removePersonDocument", PERSON, **mistyped))["errors"] == []
    again = await do(front, token, "removePersonDocument", PERSON, **mistyped)
    assert [each["code"] for each in again["errors"]] == ["DOCUMENT_NOT_FOUND"]
    whole = await do(
        front, token, "unmaskPerson", "documents { kind number }", **person, purpose="核对身份证件"
    )
    assert whole["documents"][0] == {"kind": "RESIDENT_ID", "number": stage.number}
    early = await do(front, stage.own, "updateContact", PERSON, **person, phone="13997001234")
    assert [each["code"] for each in early["errors"]] == ["TEST_NOT_PASSED"]
    ended = await do(front, token, "endEmployment", PERSON, **person, **when, ending="RESIGNED")
    assert (ended["person"]["state"], ended["person"]["employer"]) == ("WITHOUT_EMPLOYER", None)


@pytest.mark.clause("2.4.1.0", "1.4.2")
async def test_an_aid_talent_and_a_herder_are_made_through_the_gateway(front, stage):
    """The receiving unit makes the one, the county the other."""
    county = await stage.world.county()
    aid = {
        "sendingUnit": "江苏省人民医院",
        "sendingAuthority": "江苏省卫生健康委员会",
        "startsOn": "2022-07-01",
        "until": "2025-06-30",
        "doctoralTeam": True,
    }
    for unit, more in ((stage.old, {"kind": "AID_QINGHAI", "aid": aid}), (county, {"kind": "FARMER_HERDER"})):
        given = {
            "organisationId": organisation_id(unit),
            "name": "某",
            "document": {"kind": "RESIDENT_ID", "number": new_resident_id(born="19811111")},
            "login": new_login(),
        }
        made = await do(front, token_at(unit), "createPerson", PERSON, **given, **more)
        assert (made["errors"], made["person"]["kind"]) == ([], more["kind"])
