"""Signing in, staying signed in, and what a thief or a guesser meets."""

from __future__ import annotations

import asyncio
import base64
import json
from statistics import median
from time import perf_counter

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey
from sqlalchemy import text

from tests.platform.settings import SERVICE_SECRETS
from tests.platform.tokens import mint
from tests.services.accounts.world import PASSWORD, World, cites, new_login, refused, token_at


async def staff(world: World, **more: object) -> dict[str, str]:
    """A new account at the root and its code."""
    body = {
        "organisation_id": world.root["id"],
        "name": "王某",
        "login": new_login(),
        "roles": ["REVIEWER"],
    } | more
    answer = await world.ask("POST", "/v1/staff", token_at(world.root), body)
    assert answer.status_code == 201, answer.text
    return answer.json()["record"]["activation"]


async def signed_in(world: World) -> dict[str, object]:
    """Tokens of someone with a password."""
    activation = await staff(world)
    await world.activate(activation)
    return (await world.sign_in(activation["login"])).json()


@pytest.mark.parametrize("path", ["/v1/sessions", "/v1/accounts/activate"])
async def test_half_a_character_is_no_password(world, path):
    """JSON can say it, no hash can take it: the caller is told, and not that we failed."""
    code = ', "code": "x"' if path.endswith("activate") else ""
    body = f'{{"login": "nobody", "password": "Aa1!aaaaaaaaaaaaa\\ud800"{code}}}'
    answer = await world.http.post(path, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["field"]) == (422, "password")


async def test_every_try_is_audited(world, session):
    """Right and wrong, at names that exist and names that do not; an unknown name is not written down."""
    activation, unknown = await staff(world), new_login("nobody-")
    await world.activate(activation)
    for login, password in (
        (activation["login"], PASSWORD),
        (activation["login"], "Wrong-1234"),
        (unknown, "Wrong-1234"),
    ):
        await world.sign_in(login, password)
    async with session("accounts") as tx:
        query = text(
            "select action, actor_name, subject from audit_log where action like 'session.%' order by recorded_at"
        )
        lines = (await tx.execute(query)).all()
    assert [(line.action, line.actor_name) for line in lines] == [
        ("session.START", "王某"),
        ("session.REFUSED", "王某"),
        ("session.REFUSED", "-"),
    ]
    assert lines[2].subject.startswith("login/")
    assert unknown not in str(lines)


async def refresh(world: World, token: object) -> httpx.Response:
    """Go on with a session."""
    return await world.ask("POST", "/v1/sessions/refresh", None, {"refresh_token": token})


async def test_a_token_carries_the_seats_with_their_lineage(world):
    """What other services need to judge is in the token, signed by a published key."""
    hospital = await world.hospital()
    department = await world.department(hospital)
    person = await world.add_person(department)
    await world.activate(person["activation"])
    told = (await world.sign_in(person["activation"]["login"].upper())).json()
    keys = KeySet.import_key_set((await world.ask("GET", "/.well-known/jwks.json")).json())
    claims = jwt.decode(told["access_token"], keys, algorithms=["Ed25519"]).claims
    assert claims["person_id"] == person["person"]["id"]
    assert claims["exp"] - claims["iat"] == told["expires_in"] == 900
    [seat] = claims["seats"]
    assert (seat["role"], seat["organisation_id"]) == ("APPLICANT", department["id"])
    assert [node["id"] for node in seat["lineage"]] == [node["id"] for node in department["lineage"]]
    assert seat["lineage"][-2]["nature"] == "PUBLIC_INSTITUTION"
    assert [node["industry"] for node in seat["lineage"]] == [None, "HEALTH", None, None]
    assert told["account"]["roles"][0]["organisation_name"] == department["name"]


async def test_the_published_keys_hold_nothing_private(world):
    """Only public members, and the key's id."""
    [key] = (await world.ask("GET", "/.well-known/jwks.json")).json()["keys"]
    assert "d" not in key
    assert key["kid"] == "test"


async def test_nobody_signs_in_before_a_password_is_set(world):
    """A new account has no password, not even an empty or a default one."""
    activation = await staff(world)
    for guess in ("password", activation["login"], activation["code"], "123456"):
        refused(await world.sign_in(activation["login"], guess), 401, "CREDENTIALS_WRONG")


async def test_an_unknown_name_and_a_wrong_password_answer_alike(world):
    """Same status, same words, same article; and about the same time."""
    activation = await staff(world)
    await world.activate(activation)
    wrong = refused(await world.sign_in(activation["login"], "Wrong-Password-1"), 401, "CREDENTIALS_WRONG")
    unknown = refused(await world.sign_in(new_login(), "Wrong-Password-1"), 401, "CREDENTIALS_WRONG")
    for each in (wrong, unknown):
        each.pop("request_id")
    assert wrong == unknown
    assert cites(wrong) == ["GB/T 22239-2019 8.1.4.1"]


async def test_an_unknown_name_takes_the_time_of_a_known_one(world):
    """The password of nobody is checked as slowly as anybody's."""
    activation = await staff(world)
    await world.activate(activation)
    took: dict[bool, list[float]] = {True: [], False: []}
    for known in (True, False) * 3:
        started = perf_counter()
        await world.sign_in(activation["login"] if known else new_login(), "Wrong-Password-1")
        took[known].append(perf_counter() - started)
    assert median(took[False]) > 0.4 * median(took[True])


@pytest.mark.parametrize("known", [True, False])
async def test_five_wrong_tries_lock_a_name_for_a_while(world, session, known):
    """The sixth is not looked at, not even the right one; known and unknown names alike. Time heals it."""
    activation = await staff(world)
    await world.activate(activation)
    login = activation["login"] if known else new_login()
    for _ in range(5):
        refused(await world.sign_in(login, "Wrong-Password-1"), 401, "CREDENTIALS_WRONG")
    answer = await world.sign_in(login)
    problem = refused(answer, 429, "TOO_MANY_TRIES")
    assert 0 < int(answer.headers["retry-after"]) <= 900
    assert cites(problem) == ["GB/T 22239-2019 8.1.4.1"]
    async with session("accounts") as tx:
        await tx.execute(text("update counted_try set until = now() - interval '1 second'"))
    assert (await world.sign_in(login)).status_code == (200 if known else 401)


async def test_a_right_password_starts_the_count_anew(world):
    """Four wrong tries, a right one, four wrong ones: never locked."""
    activation = await staff(world)
    await world.activate(activation)
    for _ in range(2):
        for _ in range(4):
            refused(await world.sign_in(activation["login"], "Wrong-Password-1"), 401, "CREDENTIALS_WRONG")
        assert (await world.sign_in(activation["login"])).status_code == 200


async def test_many_guesses_at_once_gain_nothing(world):
    """Of twenty guesses at the same moment five are looked at."""
    login = new_login()
    answers = await asyncio.gather(*(world.sign_in(login, f"Guess-Number-{n}") for n in range(20)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 15


@pytest.mark.parametrize("password", ["Short-1", "alllowercaseletters", "123456789012345", "X" * 129 + "a-1"])
async def test_a_weak_password_is_refused_and_the_code_stays_good(world, password):
    """The refusal says what is missing; afterwards the same code sets a good one."""
    activation = await staff(world)
    body = {"login": activation["login"], "code": activation["code"], "password": password}
    problem = refused(await world.ask("POST", "/v1/accounts/activate", None, body), 422, "PASSWORD_WEAK")
    assert problem["field"] == "password"
    assert problem["findings"]
    await world.activate(activation)


async def test_a_password_does_not_hold_the_sign_in_name(world):
    """Whoever knows the name must not know half of the password."""
    activation = await staff(world)
    body = {
        "login": activation["login"],
        "code": activation["code"],
        "password": f"Aa1-{activation['login'].upper()}",
    }
    refused(await world.ask("POST", "/v1/accounts/activate", None, body), 422, "PASSWORD_WEAK")


async def test_a_code_is_good_once(world):
    """Used, it is as good as a wrong one; a wrong one, an unknown name and an expired one answer alike."""
    used, expired = await staff(world), await staff(world)
    await world.activate(used)
    problems = []
    for login, code in (
        (used["login"], used["code"]),
        (expired["login"], "2222-2222-2222"),
        (new_login(), "x"),
    ):
        body = {"login": login, "code": code, "password": PASSWORD}
        problem = refused(
            await world.ask("POST", "/v1/accounts/activate", None, body), 422, "ACTIVATION_REFUSED"
        )
        problem.pop("request_id")
        problems.append(problem)
    assert problems[0] == problems[1] == problems[2]


async def test_a_code_expires_and_a_new_one_voids_the_old(world, session):
    """Expired, it is refused; the manager issues another, and only that one is good."""
    activation = await staff(world)
    async with session("accounts") as tx:
        account_id = await tx.scalar(
            text("select id from account where login = :l"), {"l": activation["login"]}
        )
        await tx.execute(text("update activation set expires_at = now() - interval '1 second'"))
    body = {"login": activation["login"], "code": activation["code"], "password": PASSWORD}
    refused(await world.ask("POST", "/v1/accounts/activate", None, body), 422, "ACTIVATION_REFUSED")
    issued = await world.ask("POST", f"/v1/accounts/{account_id}/activation", token_at(world.root))
    refused(await world.ask("POST", "/v1/accounts/activate", None, body), 422, "ACTIVATION_REFUSED")
    await world.activate(issued.json()["record"])


async def test_codes_cannot_be_guessed_in_a_row(world):
    """Five wrong codes lock the name; the right one must wait too."""
    activation = await staff(world)
    for n in range(5):
        body = {"login": activation["login"], "code": f"2222-2222-222{n + 2}", "password": PASSWORD}
        refused(await world.ask("POST", "/v1/accounts/activate", None, body), 422, "ACTIVATION_REFUSED")
    body = {"login": activation["login"], "code": activation["code"], "password": PASSWORD}
    refused(await world.ask("POST", "/v1/accounts/activate", None, body), 429, "TOO_MANY_TRIES")


async def test_neither_password_nor_code_nor_token_lies_in_the_database(world, session):
    """Only digests: the text of each is in no row of any table."""
    activation = await staff(world)
    pending = await staff(world)
    await world.activate(activation)
    tokens = (await world.sign_in(activation["login"])).json()
    async with session("accounts") as tx:
        tables = (
            "account",
            "activation",
            "session",
            "refresh_token",
            "counted_try",
            "audit_log",
            "outbox",
            "history",
        )
        rows = [str((await tx.execute(text(f"select t::text from {table} t"))).all()) for table in tables]
    for secret in (PASSWORD, activation["code"], pending["code"], tokens["refresh_token"]):
        assert not any(secret in row for row in rows)


async def test_a_session_goes_on_with_the_roles_of_now(world):
    """A refreshed token has what was granted meanwhile; the old refresh token is no longer good."""
    tokens = await signed_in(world)
    grant = {"account_id": tokens["account"]["id"], "role": "SUPERVISOR"}
    await world.ask("POST", f"/v1/organisations/{world.root['id']}/roles", token_at(world.root), grant)
    further = (await refresh(world, tokens["refresh_token"])).json()
    assert {held["role"] for held in further["account"]["roles"]} == {"REVIEWER", "SUPERVISOR"}
    assert (await refresh(world, further["refresh_token"])).status_code == 200


async def after_the_grace(session) -> None:
    """Let the seconds pass in which two refreshes count as one."""
    async with session("accounts") as tx:
        await tx.execute(text("update refresh_token set used_at = used_at - interval '11 seconds'"))


async def test_a_refresh_token_used_twice_ends_the_session(world, session):
    """Whoever comes second is refused, and so is everyone who holds a later token of the session."""
    tokens = await signed_in(world)
    further = (await refresh(world, tokens["refresh_token"])).json()
    await after_the_grace(session)
    refused(await refresh(world, tokens["refresh_token"]), 401, "REFRESH_REFUSED")
    refused(await refresh(world, further["refresh_token"]), 401, "REFRESH_REFUSED")
    async with session("accounts") as tx:
        assert await tx.scalar(text("select ended_by from session")) == "REUSE"


async def test_many_refreshing_at_once_all_go_on_with_the_same_token(world, session):
    """64 at the same moment with one token: one successor, told to all; the session goes on with it."""
    tokens = await signed_in(world)
    answers = await asyncio.gather(*(refresh(world, tokens["refresh_token"]) for _ in range(64)))
    assert {answer.status_code for answer in answers} == {200}
    [successor] = {answer.json()["refresh_token"] for answer in answers}
    async with session("accounts") as tx:
        assert await tx.scalar(text("select count(*) from refresh_token")) == 2
    assert (await refresh(world, successor)).status_code == 200


async def test_the_grace_is_over_once_the_successor_was_used(world):
    """A thief who refreshes within the grace shares its owner's next token: the second of the two to use it is caught."""
    stolen = (await signed_in(world))["refresh_token"]
    owner, thief = (await refresh(world, stolen)).json(), (await refresh(world, stolen)).json()
    assert owner["refresh_token"] == thief["refresh_token"]
    assert (await refresh(world, owner["refresh_token"])).status_code == 200
    refused(await refresh(world, stolen), 401, "REFRESH_REFUSED")


async def test_signing_out_ends_the_session(world):
    """Afterwards its refresh token is refused; signing out again, or with nonsense, tells nothing."""
    tokens = await signed_in(world)
    for token in (tokens["refresh_token"], tokens["refresh_token"], "nonsense"):
        answer = await world.ask("POST", "/v1/sessions/sign-out", None, {"refresh_token": token})
        assert answer.status_code == 204
    refused(await refresh(world, tokens["refresh_token"]), 401, "REFRESH_REFUSED")


@pytest.mark.parametrize("column", ["refresh_token set expires_at", "session set longest_until"])
async def test_a_session_ends_unused_or_old(world, session, column):
    """Idle too long, or gone on too long: refused."""
    tokens = await signed_in(world)
    async with session("accounts") as tx:
        await tx.execute(text(f"update {column} = now() - interval '1 second'"))
    refused(await refresh(world, tokens["refresh_token"]), 401, "REFRESH_REFUSED")


async def test_a_new_password_ends_the_sessions_of_the_old(world):
    """After a new code is used, the old password and its sessions are gone."""
    tokens = await signed_in(world)
    account = tokens["account"]
    issued = await world.ask("POST", f"/v1/accounts/{account['id']}/activation", token_at(world.root))
    await world.activate(issued.json()["record"], "Lantern-Hu-2024")
    refused(await refresh(world, tokens["refresh_token"]), 401, "REFRESH_REFUSED")
    refused(await world.sign_in(account["login"]), 401, "CREDENTIALS_WRONG")
    assert (await world.sign_in(account["login"], "Lantern-Hu-2024")).status_code == 200


async def test_expired_forged_and_foreign_tokens_are_refused(world):
    """By time, by key, by audience; and a good one is known by /v1/me."""
    foreign = OKPKey.generate_key("Ed25519", {"kid": "foreign"})
    for bad in (
        mint(expires_in=-1),
        mint(key=foreign),
        mint(aud="elsewhere"),
        "nonsense",
        mint()[:-3] + "AAA",
    ):
        refused(await world.ask("GET", "/v1/me", bad), 401, "TOKEN_INVALID")
    tokens = await signed_in(world)
    me = (await world.ask("GET", "/v1/me", tokens["access_token"])).json()
    assert {name: me[name] for name in tokens["account"]} == tokens["account"]


async def service_token(world: World, name: str, secret: str) -> httpx.Response:
    """Ask for a service's token."""
    credentials = base64.b64encode(f"{name}:{secret}".encode()).decode()
    return await world.ask("POST", "/v1/service-tokens", None, authorization=f"Basic {credentials}")


async def test_a_service_gets_its_token_by_its_secret(world):
    """With it, it may call what only services may; a person may not."""
    told = (await service_token(world, "quota", SERVICE_SECRETS["quota"])).json()
    assert told["expires_in"] == 900
    event = {
        "id": "01890000-0000-7000-8000-000000000000",
        "source": "quota",
        "type": "x",
        "subject": "x",
        "time": "2023-10-11T00:00:00Z",
        "data": {},
    }
    assert (await world.ask("POST", "/events", told["access_token"], event)).status_code == 204
    refused(await world.ask("POST", "/events", token_at(world.root), event), 403, "SERVICE_ONLY")


@pytest.mark.parametrize(("name", "secret"), [("quota", "wrong"), ("nobody", "x"), ("", ""), ("quota", "")])
async def test_a_wrong_secret_gives_no_token(world, name, secret):
    """Unknown name and wrong secret answer alike; so does no header at all."""
    refused(await service_token(world, name, secret), 401, "SERVICE_UNKNOWN")
    refused(await world.ask("POST", "/v1/service-tokens"), 401, "SERVICE_UNKNOWN")
    refused(
        await world.ask("POST", "/v1/service-tokens", None, authorization="Basic äöü".encode()),
        401,
        "SERVICE_UNKNOWN",
    )


async def test_keys_rotate_without_anyone_signing_in_again(client, world):
    """A new key signs, the old one still verifies: tokens of before stay good."""
    old = OKPKey.generate_key("Ed25519", {"kid": "old", "use": "sig", "alg": "Ed25519"})
    new = OKPKey.generate_key("Ed25519", {"kid": "new", "use": "sig", "alg": "Ed25519"})
    keys = json.dumps([new.as_dict(private=True), old.as_dict(private=True)])
    http = await client("accounts", settings={"signing_keys": keys})
    published = (await http.get("/.well-known/jwks.json")).json()["keys"]
    assert [key["kid"] for key in published] == ["new", "old"]
    credentials = base64.b64encode(f"quota:{SERVICE_SECRETS['quota']}".encode()).decode()
    issued = await http.post("/v1/service-tokens", headers={"authorization": f"Basic {credentials}"})
    known = KeySet.import_key_set({"keys": published})
    assert jwt.decode(issued.json()["access_token"], known, algorithms=["Ed25519"]).header["kid"] == "new"
    assert jwt.decode(mint(key=old), known, algorithms=["Ed25519"]).header["kid"] == "old"
