"""What a front end finds its way by, through the gateway before the real accounts service.

Accounts, colleagues, people, industries, third parties' clients and consents, and a sheet of questions sent by a link.
"""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from strawberry.relay import GlobalID

from tests.gateway.conftest import Asker
from tests.gateway.test_employment import do, front, organisation_id, world
from tests.platform.tokens import mint
from tests.services.accounts.test_question_banks import a_sheet
from tests.services.accounts.third_party import BACK, Third
from tests.services.accounts.world import PASSWORD, World, new_login, seat_at, token_at

__all__ = ["front", "world"]

ACCOUNTS = """query($id: ID!, $roles: [Role!], $q: String, $after: String) { organisation(id: $id) {
  accounts(first: 10, roles: $roles, q: $q, after: $after) { pageInfo { hasNextPage } edges { cursor node {
    id name login activated hasSecondFactor lockedUntil seats { role organisation { id } } offers { role }
    organisation { id } person { id } } } } } }"""
PEOPLE = """query($unit: ID, $q: String, $kind: PersonKind, $state: PersonState) {
  people(first: 10, organisationId: $unit, q: $q, kind: $kind, state: $state) { edges { node {
    name account { id login seats { role } } } } } }"""
CLIENT = "client { id clientId name kind state scopes grants version availableActions organisation { id } }"


async def staff(front: Asker, hospital: dict[str, Any], *roles: str) -> dict[str, Any]:
    """A member of staff, made through the gateway."""
    given = {
        "organisationId": organisation_id(hospital),
        "name": "王某",
        "login": new_login(),
        "roles": list(roles),
    }
    made = await do(front, token_at(hospital), "createStaffAccount", "account { id login }", **given)
    assert made["errors"] == []
    account: dict[str, Any] = made["account"]
    return account


async def accounts(
    front: Asker, token: str, organisation: dict[str, Any], **asked: Any
) -> list[dict[str, Any]]:
    """The accounts of an organisation."""
    told = await front.data(ACCOUNTS, token=token, id=organisation_id(organisation), **asked)
    return [edge["node"] for edge in told["organisation"]["accounts"]["edges"]]


async def test_staff_are_found_and_acted_on_by_what_is_told(front: Asker, world: World) -> None:
    """Listed by role, an account serves every act: role given and taken, put in charge, sessions ended, code reissued."""
    hospital = await world.hospital()
    await staff(front, hospital, "REVIEWER")
    manager, where = token_at(hospital), {"organisationId": organisation_id(hospital)}
    [found] = await accounts(front, manager, hospital, roles=["REVIEWER"])
    assert (found["name"], found["activated"], found["hasSecondFactor"]) == ("王某", False, False)
    assert found["seats"] == [{"role": "REVIEWER", "organisation": {"id": organisation_id(hospital)}}]
    assert (found["organisation"], found["person"], found["offers"]) == (
        {"id": organisation_id(hospital)},
        None,
        [],
    )
    whose = {"accountId": found["id"]}
    for act, returning, given in (
        ("grantRole", "account { seats { role } }", where | whose | {"role": "ORGANISATION_MANAGER"}),
        (
            "nameThePersonInCharge",
            "organisation { personInCharge { name } }",
            whose | {"id": where["organisationId"]},
        ),
        ("revokeRole", "account { activated offers { role } }", where | whose | {"role": "REVIEWER"}),
        ("reissueActivation", "activation { code }", whose),
        ("endAllSessions", "ended", whose),
        ("resetSecondFactor", "secondFactor { enrolled }", whose),
    ):
        done = await do(front, manager, act, returning, **given)
        refused_so = [each["code"] for each in done["errors"]]
        assert refused_so == (["SECOND_FACTOR_MISSING"] if act == "resetSecondFactor" else []), (act, done)
    history = "query($a: ID!) { signInAttempts(accountId: $a, first: 5) { edges { node { outcome } } } }"
    assert (await front.data(history, token=manager, a=found["id"]))["signInAttempts"] == {"edges": []}
    again = "query($id: ID!) { node(id: $id) { ... on Account { login seats { role } } } }"
    told = (await front.data(again, token=manager, id=found["id"]))["node"]
    assert told == {"login": found["login"], "seats": [{"role": "ORGANISATION_MANAGER"}]}


async def test_accounts_are_refused_to_others_and_paged(front: Asker, world: World) -> None:
    """A reviewer is told why not, beside the rest of the answer; pages go on after a cursor."""
    hospital = await world.hospital()
    for _ in range(2):
        await staff(front, hospital, "REVIEWER")
    document = ACCOUNTS.replace("organisation(id: $id) {", "organisation(id: $id) { name", 1)
    told = await front.ask(document, token=token_at(hospital, "REVIEWER"), id=organisation_id(hospital))
    assert told["data"]["organisation"] == {"name": hospital["name"], "accounts": None}
    assert [error["extensions"]["code"] for error in told["errors"]] == ["ROLE_MISSING"]
    every = [each["id"] for each in await accounts(front, token_at(hospital), hospital)]
    assert len(every) == 3
    first = ACCOUNTS.replace("first: 10", "first: 2")
    page = (await front.data(first, token=token_at(hospital), id=organisation_id(hospital)))["organisation"]
    assert page["accounts"]["pageInfo"] == {"hasNextPage": True}
    cursor = page["accounts"]["edges"][-1]["cursor"]
    rest = await accounts(front, token_at(hospital), hospital, after=cursor)
    assert [edge["node"]["id"] for edge in page["accounts"]["edges"]] + [each["id"] for each in rest] == every


async def test_a_guest_is_seen_by_the_role_alone(front: Asker, world: World) -> None:
    """An expert of elsewhere: first the sign-in name that was told, then the name; never more."""
    hospital = await world.hospital()
    other = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code="630000")
    expert = await staff(front, hospital, "SUPERVISOR")
    given = {"organisationId": organisation_id(other), "login": expert["login"], "role": "EXPERT"}
    offer = (await do(front, token_at(other), "offerRole", "offer { id }", **given))["offer"]
    [guest] = await accounts(front, token_at(other), other, roles=["EXPERT"])
    nothing = {
        "activated": None,
        "hasSecondFactor": None,
        "lockedUntil": None,
        "organisation": None,
        "person": None,
    }
    assert guest == nothing | {
        "id": expert["id"],
        "name": None,
        "login": expert["login"],
        "seats": [],
        "offers": [{"role": "EXPERT"}],
    }
    own = token_at(hospital, "SUPERVISOR", sub=UUID(GlobalID.from_id(expert["id"]).node_id))
    await do(front, own, "answerRoleOffer", "account { id }", id=offer["id"], accept=True)
    [guest] = await accounts(front, token_at(other), other, roles=["EXPERT"])
    assert guest == nothing | {
        "id": expert["id"],
        "name": "王某",
        "login": None,
        "seats": [{"role": "EXPERT", "organisation": {"id": organisation_id(other)}}],
        "offers": [],
    }


async def test_one_tells_ones_own_account_whole(front: Asker, world: World) -> None:
    """`me` tells what a manager would see, and each part of it when it is asked for."""
    hospital = await world.hospital()
    clerk = await staff(front, hospital, "REVIEWER")
    own = token_at(hospital, "REVIEWER", sub=UUID(GlobalID.from_id(clerk["id"]).node_id))
    told = (await front.data("{ me { id login activated offers { role } organisation { id } } }", token=own))[
        "me"
    ]
    assert told == clerk | {
        "activated": False,
        "offers": [],
        "organisation": {"id": organisation_id(hospital)},
    }


async def test_a_role_is_handed_to_a_colleague_who_was_listed(front: Asker, world: World) -> None:
    """The list names whom `delegateRole` takes; who hands nothing over is refused the list."""
    hospital = await world.hospital()
    clerk, colleague = await staff(front, hospital, "REVIEWER"), await staff(front, hospital, "SUPERVISOR")
    own = token_at(hospital, "REVIEWER", sub=UUID(GlobalID.from_id(clerk["id"]).node_id))
    document = """query($id: ID!) { colleagues(organisationId: $id, first: 9, q: "王") {
      edges { node { id name } } } }"""
    where = organisation_id(hospital)
    edges = (await front.data(document, token=own, id=where))["colleagues"]["edges"]
    assert edges == [{"node": {"id": colleague["id"], "name": "王某"}}]
    given = {"organisationId": where, "role": "REVIEWER", "delegateId": colleague["id"], "reason": "年休假"}
    days = {"beginsOn": "2023-10-11", "endsOn": "2023-10-20"}
    done = await do(front, own, "delegateRole", "delegation { delegateName running }", **given, **days)
    assert (done["errors"], done["delegation"]["delegateName"]) == ([], "王某")
    told = await front.ask(document, token=token_at(hospital, "EXPERT"), id=where)
    assert told["data"] == {"colleagues": None}
    assert [error["extensions"]["code"] for error in told["errors"]] == ["ROLE_MISSING"]


async def test_people_are_searched(front: Asker, world: World) -> None:
    """By part of the name, kind and state, in one unit or in all of the caller's; accounts with what the caller may see."""
    hospital, manager = await world.hospital(), token_at(await world.hospital())
    other = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code="630000")
    await world.add_person(hospital, name="才让卓玛")
    await world.add_person(hospital, name="索南", kind="TEMPORARY")
    await world.add_person(other, name="卓玛措")

    async def found(token: str, **asked: Any) -> list[str]:
        told = await front.data(PEOPLE, token=token, **asked)
        return [edge["node"]["name"] for edge in told["people"]["edges"]]

    top = token_at(world.root, "TITLE_OFFICER")
    assert await found(top, q="卓玛") == ["卓玛措", "才让卓玛"]
    assert await found(top, q="卓玛", unit=organisation_id(hospital)) == ["才让卓玛"]
    assert await found(manager, q="卓玛") == ["才让卓玛"]
    assert await found(top, kind="TEMPORARY", state="ACTIVE") == ["索南"]
    assert await found(top, state="WITHOUT_EMPLOYER") == []
    [seen] = (await front.data(PEOPLE, token=manager, q="索南"))["people"]["edges"]
    assert seen["node"]["account"]["seats"] == [{"role": "APPLICANT"}]
    assert seen["node"]["account"]["login"]
    [unseen] = (await front.data(PEOPLE, token=token_at(hospital, "REVIEWER"), q="索南"))["people"]["edges"]
    assert unseen["node"]["account"] == {"id": seen["node"]["account"]["id"], "login": None, "seats": None}


async def test_industries_have_names(front: Asker, world: World) -> None:
    """All of them, and those of a form."""
    token = token_at(world.root)
    told = (await front.data("{ industries { code zh en } }", token=token))["industries"]
    assert {"code": "HEALTH", "zh": "卫生健康", "en": "health"} in told
    document = """query($input: ExplainCreationInput!) { explainCreation(input: $input) {
      creatable { kind level industries { code zh } } } }"""
    explained = await front.data(document, token=token, input={"creatorId": organisation_id(world.root)})
    by_kind = {each["kind"]: each["industries"] for each in explained["explainCreation"]["creatable"]}
    assert {"code": "HEALTH", "zh": "卫生健康"} in by_kind["AUTHORITY"]
    assert by_kind["HRSS"] == []


async def test_a_client_lives_through_the_gateway(front: Asker, world: World) -> None:
    """Registered, read, listed, given a new secret, disabled, enabled; each secret is told once and works."""
    token = token_at(world.root)
    given = {
        "name": "省政务服务平台",
        "organisationId": organisation_id(world.root),
        "kind": "CONFIDENTIAL",
        "scopes": ["titles.read"],
        "grants": ["CLIENT_CREDENTIALS"],
    }
    made = await do(front, token, "registerOauthClient", f"{CLIENT} clientSecret", **given)
    client = made["client"]
    assert (made["errors"], client["grants"], client["state"]) == ([], ["CLIENT_CREDENTIALS"], "ACTIVE")
    assert made["basis"]
    assert await signs_in(world, client["clientId"], made["clientSecret"])
    document = f"query($id: ID!) {{ oauthClient(id: $id) {{ {CLIENT.removeprefix('client { ')} }}"
    assert (await front.data(document, token=token, id=client["id"]))["oauthClient"] == client
    rotated = await do(front, token, "rotateOauthClientSecret", f"{CLIENT} clientSecret", id=client["id"])
    assert rotated["clientSecret"] not in {None, made["clientSecret"]}
    assert await signs_in(world, client["clientId"], rotated["clientSecret"])
    step = {"id": client["id"], "action": "DISABLE", "version": rotated["client"]["version"]}
    stale = await do(front, token, "actOnOauthClient", CLIENT, **step | {"version": 1})
    assert [each["code"] for each in stale["errors"]] == ["STALE_VERSION"]
    done = await do(front, token, "actOnOauthClient", CLIENT, **step)
    assert (done["client"]["state"], done["client"]["availableActions"]) == ("DISABLED", ["ENABLE"])
    assert not await signs_in(world, client["clientId"], rotated["clientSecret"])
    listing = "query($o: ID, $a: String) { oauthClients(first: 1, organisationId: $o, after: $a) { edges { cursor node { id state } } } }"
    [edge] = (await front.data(listing, token=token, o=given["organisationId"]))["oauthClients"]["edges"]
    assert edge["node"] == {"id": client["id"], "state": "DISABLED"}
    rest = await front.data(listing, token=token, a=edge["cursor"])
    assert rest["oauthClients"] == {"edges": []}


async def signs_in(world: World, client_id: str, secret: str) -> bool:
    """Whether a client gets a token of its own."""
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": "titles.read"}
    answer = await world.http.post("/oauth/token", data=form, headers={"authorization": f"Basic {basic}"})
    return answer.status_code == 200


async def test_clients_are_refused_as_the_service_refuses_them(
    front: Asker, world: World, session: Any
) -> None:
    """To a hospital's manager, to what does not hold together, to a client's own token; nothing is written."""
    hospital = await world.hospital()
    given = {
        "name": "某应用",
        "organisationId": organisation_id(hospital),
        "kind": "PUBLIC",
        "redirectUris": [BACK],
        "scopes": ["openid"],
        "grants": ["AUTHORIZATION_CODE"],
    }

    async def refusal(token: str, **changed: Any) -> list[tuple[str, str | None]]:
        done = await do(front, token, "registerOauthClient", "clientSecret", **given | changed)
        return [(each["code"], each["field"]) for each in done["errors"]]

    assert await refusal(token_at(hospital)) == [("ROLE_MISSING", None)]
    top = token_at(world.root)
    assert await refusal(top, redirectUris=["http://a.example"]) == [("REDIRECT_UNFIT", "redirectUris")]
    assert await refusal(token_at(world.root, scope="titles.read titles.write")) == [
        ("INSUFFICIENT_SCOPE", None)
    ]
    unknown = str(GlobalID("OauthClient", str(uuid4())))
    for act in ("rotateOauthClientSecret", "actOnOauthClient"):
        more = {"action": "DISABLE"} if act.startswith("act") else {}
        done = await do(front, top, act, "client { id }", id=unknown, **more)
        assert [each["code"] for each in done["errors"]] == ["CLIENT_NOT_FOUND"]
    listing = "{ oauthClients(first: 5) { edges { node { id } } } }"
    assert (await front.data(listing, token=token_at(hospital)))["oauthClients"] == {"edges": []}
    async with session("accounts") as tx:
        assert await tx.scalar(text("select count(*) from oauth_client")) == 0


async def test_a_consent_is_listed_and_withdrawn(front: Asker, world: World, apps: Any) -> None:
    """What one has let an app do; withdrawn, the app goes on no more; twice is refused; another's is none of one's own."""
    third = Third(world, await apps.get("accounts"))
    someone, client = await third.somebody(), await third.front_end()
    tokens = await third.tokens(client, someone["activation"]["login"])
    signed = (await world.sign_in(someone["activation"]["login"], PASSWORD)).json()["access_token"]
    document = "{ consents { oauthClientId clientName organisationName scopes givenAt } }"
    [consent] = (await front.data(document, token=signed))["consents"]
    assert (consent["clientName"], consent["organisationName"]) == ("某市人才服务", world.root["name"])
    assert "titles.read" in consent["scopes"]
    assert (await front.data(document, token=token_at(world.root)))["consents"] == []
    which = {"oauthClientId": consent["oauthClientId"]}
    other = await do(front, token_at(world.root), "withdrawConsent", "withdrawn", **which)
    assert [each["code"] for each in other["errors"]] == ["CONSENT_NOT_FOUND"]
    theirs = await do(front, tokens["access_token"], "withdrawConsent", "withdrawn", **which)
    assert [each["code"] for each in theirs["errors"]] == ["INSUFFICIENT_SCOPE"]
    done = await do(front, signed, "withdrawConsent", "withdrawn", **which)
    assert (done["withdrawn"], done["errors"]) == (True, [])
    assert (await front.data(document, token=signed))["consents"] == []
    assert (await client.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    again = await do(front, signed, "withdrawConsent", "withdrawn", **which)
    assert [each["code"] for each in again["errors"]] == ["CONSENT_NOT_FOUND"]


@pytest.mark.clause("2.3")
async def test_a_sheet_of_questions_goes_by_a_link_of_the_gateway(front: Asker, world: World) -> None:
    """Asked for by the title office, sent without a token, listed as a draft and published; for others there is no link."""
    office, given = token_at(world.root, "TITLE_OFFICER"), {"cycle": 2023, "title": "表格导入"}
    asked = await do(front, office, "requestQuestionSheetLink", "uploadUrl expiresAt limitBytes", **given)
    assert asked["errors"] == []
    assert asked["uploadUrl"].startswith("http://gateway.test/question-files/")
    sent = await front.http.put(asked["uploadUrl"], content=a_sheet())
    assert sent.status_code == 201, sent.text
    listing = """{ questionBanks(cycle: 2023, first: 5) { edges { node { id number title state } } } }"""
    draft = (await front.data(listing, token=office))["questionBanks"]["edges"][0]["node"]
    assert (draft["number"], draft["title"], draft["state"]) == (2, "表格导入", "DRAFT")
    returning = "bank { state questions { text } }"
    done = await do(front, office, "actOnQuestionBank", returning, id=draft["id"], action="PUBLISH")
    assert (done["bank"]["state"], len(done["bank"]["questions"])) == ("PUBLISHED", 10)
    wrong = await front.http.put(asked["uploadUrl"], content=b"none")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "SHEET_UNREADABLE")
    invented = await front.http.put("/question-files/x", content=a_sheet())
    assert (invented.status_code, invented.json()["code"]) == (404, "LINK_INVALID")
    refused = await do(front, token_at(world.root), "requestQuestionSheetLink", "uploadUrl", **given)
    assert [each["code"] for each in refused["errors"]] == ["ROLE_MISSING"]
    seats = [seat_at(await world.hospital(), "TITLE_OFFICER")]
    elsewhere = await do(front, mint(seats), "requestQuestionSheetLink", "uploadUrl", **given)
    assert [each["code"] for each in elsewhere["errors"]] == ["ROLE_MISSING"]
