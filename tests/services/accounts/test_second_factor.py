"""The second factor: who needs it, how it is set up, and what a thief of the password meets."""

from __future__ import annotations

import asyncio
import base64
import json
import time

import pyotp
import pytest
from sqlalchemy import text

from tests.platform.tokens import mint
from tests.services.accounts.factors import somebody
from tests.services.accounts.test_organisations import count
from tests.services.accounts.world import PASSWORD, cites, new_login, refused, token_at


def claims(token: str) -> dict:
    """What a token says."""
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def roles(tokens: dict) -> set[str]:
    """The roles that an access token carries."""
    return {seat["role"] for seat in claims(tokens["access_token"])["seats"]}


@pytest.mark.parametrize(
    ("role", "needed"),
    [
        ("ORGANISATION_MANAGER", True),
        ("REVIEWER", True),
        ("TITLE_OFFICER", True),
        ("COMMITTEE_OFFICE", True),
        ("SUPERVISOR", True),
        ("RECOMMENDER", False),
        ("EXPERT", True),
    ],
)
async def test_reviewers_experts_and_above_need_it(guarded, role, needed):
    """By policy: whoever reviews, decides, votes or manages sets up an app at the first sign-in; the others sign in as before."""
    told = await (await somebody(guarded, role)).challenge()
    assert ("challenge_token" in told) is needed
    assert ("access_token" in told) is not needed


async def test_an_app_is_set_up_at_the_first_sign_in(guarded, session):
    """Secret, link and picture; the first code gives the session and ten recovery codes, and nothing of it lies bare."""
    someone = await somebody(guarded)
    told = await someone.challenge()
    assert told["kind"] == "ENROL"
    parsed = pyotp.parse_uri(told["enrolment"]["uri"])
    assert (parsed.secret, parsed.name) == (someone.secret, someone.login)
    assert told["enrolment"]["qr"].startswith("data:image/svg+xml")
    done = (await someone.answer(told)).json()
    assert roles(done) == {"REVIEWER"}
    assert claims(done["access_token"])["amr"] == "pwd otp mfa"
    assert len(set(done["recovery_codes"])) == 10
    assert (await someone.challenge())["kind"] == "CODE"
    async with session("accounts") as tx:
        tables = ("second_factor", "recovery_code", "challenge", "audit_log", "sign_in")
        rows = str([(await tx.execute(text(f"select t::text from {table} t"))).all() for table in tables])
    for secret in (someone.secret, told["challenge_token"], *done["recovery_codes"]):
        assert secret not in rows


async def test_later_a_code_is_asked_for(guarded):
    """The session begins with the right one; a challenge is good once."""
    someone = await somebody(guarded)
    await someone.sign_in()
    told = await someone.challenge()
    assert (told["kind"], told["enrolment"]) == ("CODE", None)
    assert (await someone.answer(told)).status_code == 200
    refused(await someone.answer(told), 401, "CHALLENGE_REFUSED")


async def test_a_wrong_code_is_refused_and_the_challenge_stays_good(guarded, session):
    """It names the field and the article, is told in the history, and starts no session."""
    someone = await somebody(guarded)
    await someone.sign_in()
    told, before = await someone.challenge(), await count(session, "session")
    problem = refused(await someone.answer(told, "000000"), 401, "CODE_WRONG")
    assert (problem["field"], cites(problem)) == ("code", ["GB/T 22239-2019 8.1.4.1 d)"])
    assert await count(session, "session") == before
    items = (await someone.get("/v1/me/sign-ins")).json()["items"]
    assert [each["outcome"] for each in items] == ["CODE_WRONG", "SIGNED_IN"]
    assert (await someone.answer(told)).status_code == 200


async def test_a_code_is_good_once(guarded):
    """Seen over the shoulder, it is as good as a wrong one; so is one older than the last that was used."""
    someone = await somebody(guarded)
    told = await someone.challenge()
    now = pyotp.TOTP(someone.secret).at(time.time())
    earlier = pyotp.TOTP(someone.secret).at(time.time(), counter_offset=-1)
    assert (await someone.answer(told, now)).status_code == 200
    for code in (now, earlier):
        refused(await someone.answer(await someone.challenge(), code), 401, "CODE_WRONG")


@pytest.mark.parametrize(("offset", "status"), [(-2, 401), (0, 200), (1, 200), (3, 401)])
async def test_a_clock_may_be_a_step_off(guarded, offset, status):
    """A phone that is half a minute fast still signs in, one that is a minute off does not."""
    someone = await somebody(guarded)
    await someone.sign_in()
    told = await someone.challenge()
    async with asyncio.timeout(40):
        while time.time() % 30 > 28:
            await asyncio.sleep(0.2)
    code = pyotp.TOTP(someone.secret).at(time.time(), counter_offset=offset)
    assert (await someone.answer(told, code)).status_code == status


async def test_of_many_with_one_code_one_signs_in(guarded, session):
    """64 challenges answered at the same moment with the same code: one session."""
    someone = await somebody(guarded)
    await someone.sign_in()
    before = await count(session, "session")
    async with session("accounts") as tx:
        await tx.execute(text("delete from counted_try"))
    challenges = [await someone.challenge() for _ in range(4)] * 16
    code = someone.code()
    answers = await asyncio.gather(*(someone.answer(each, code) for each in challenges))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 401, 429}
    assert await count(session, "session") == before + 1


async def test_codes_cannot_be_guessed_in_a_row(guarded, session):
    """Of 64 guesses at once five are looked at; then the right one waits too, and longer after each wrong one."""
    someone = await somebody(guarded)
    await someone.sign_in()
    told = await someone.challenge()
    answers = await asyncio.gather(*(someone.answer(told, f"{n:06}") for n in range(64)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 59
    late = await someone.answer(told, someone.code())
    refused(late, 429, "TOO_MANY_TRIES")
    assert 0 < int(late.headers["retry-after"]) <= 30
    async with session("accounts") as tx:
        await tx.execute(text("update counted_try set not_before = now()"))
    refused(await someone.answer(told, "000000"), 401, "CODE_WRONG")
    assert 30 < int((await someone.answer(told, "000000")).headers["retry-after"]) <= 60


async def test_a_recovery_code_is_good_once(guarded, session):
    """In place of the app, written any way; of many uses at once one counts. It is known how the session began."""
    someone = await somebody(guarded)
    code = (await someone.sign_in())["recovery_codes"][0]
    async with session("accounts") as tx:
        await tx.execute(text("delete from counted_try"))
    challenges = [await someone.challenge() for _ in range(5)]
    answers = await asyncio.gather(*(someone.answer(each, f" {code.lower()} ") for each in challenges))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 4
    someone.tokens = next(answer.json() for answer in answers if answer.is_success)
    assert claims(someone.tokens["access_token"])["amr"] == "pwd mfa"
    assert (await someone.get("/v1/me/second-factor")).json() == {
        "enrolled": True,
        "required": True,
        "recovery_codes_left": 9,
    }


async def test_a_challenge_is_for_one_account_one_purpose_and_some_minutes(guarded, session):
    """Another purpose, nonsense, and one that expired are refused alike, and a new password voids all."""
    someone, other = await somebody(guarded), await somebody(guarded)
    await someone.sign_in()
    await other.sign_in()
    body = {"password": PASSWORD, "code": someone.code()}
    change = (await someone.post("/v1/me/second-factor", body)).json()["record"]
    refused(await someone.answer(change), 401, "CHALLENGE_REFUSED")
    confirm = {"challenge_token": change["challenge_token"], "code": "000000"}
    refused(await other.post("/v1/me/second-factor/confirm", confirm), 401, "CHALLENGE_REFUSED")
    refused(await someone.answer({"challenge_token": "nonsense"}, "000000"), 401, "CHALLENGE_REFUSED")
    told = await someone.challenge()
    async with session("accounts") as tx:
        await tx.execute(text("update challenge set expires_at = now() - interval '1 second'"))
    refused(await someone.answer(told, "000000"), 401, "CHALLENGE_REFUSED")
    told = await other.challenge()
    issued = await guarded.ask("POST", f"/v1/accounts/{other.id}/activation", token_at(guarded.root))
    await guarded.activate(issued.json()["record"], "Lantern-Hu-2024")
    refused(await other.answer(told), 401, "CHALLENGE_REFUSED")


async def test_of_two_apps_set_up_at_once_the_first_stays(guarded):
    """Two sign-ins, two secrets: the second to confirm is refused, and the first app goes on working."""
    someone = await somebody(guarded)
    first = await someone.challenge()
    kept = someone.secret
    second = await someone.challenge()
    later = pyotp.TOTP(someone.secret).now()
    someone.secret = kept
    assert (await someone.answer(first)).status_code == 200
    refused(await someone.answer(second, later), 409, "SECOND_FACTOR_CHANGED")
    assert (await someone.answer(await someone.challenge())).status_code == 200


async def test_a_role_granted_later_waits_for_the_second_factor(guarded):
    """The session goes on with the roles that need none and says which wait; a code brings them at the next refresh."""
    someone = await somebody(guarded, "RECOMMENDER")
    assert roles(await someone.sign_in()) == {"RECOMMENDER"}
    grant = {"account_id": someone.id, "role": "REVIEWER"}
    path = f"/v1/organisations/{guarded.root['id']}/roles"
    assert (await guarded.ask("POST", path, token_at(guarded.root), grant)).status_code == 200
    further = await someone.refresh()
    assert (roles(further), further["withheld"]) == ({"RECOMMENDER"}, ["REVIEWER"])
    set_up = (await someone.post("/v1/me/second-factor", {"password": PASSWORD})).json()["record"]
    someone.secret = set_up["enrolment"]["secret"]
    confirm = {"challenge_token": set_up["challenge_token"], "code": someone.code()}
    done = await someone.post("/v1/me/second-factor/confirm", confirm)
    assert len(done.json()["record"]["recovery_codes"]) == 10
    further = await someone.refresh()
    assert (roles(further), further["withheld"]) == ({"RECOMMENDER", "REVIEWER"}, [])


async def test_a_code_given_later_raises_the_session(guarded, session):
    """Signed in before a role needed it, with an app at hand: `prove`, refresh, and the role is there."""
    someone = await somebody(guarded)
    await someone.sign_in()
    async with session("accounts") as tx:
        await tx.execute(text("update session set how = 'PASSWORD'"))
    assert (await someone.refresh())["withheld"] == ["REVIEWER"]
    refused(await someone.post("/v1/me/second-factor/prove", {"code": "000000"}), 422, "CODE_REFUSED")
    assert (await someone.refresh())["withheld"] == ["REVIEWER"]
    assert (await someone.post("/v1/me/second-factor/prove", {"code": someone.code()})).status_code == 200
    assert roles(await someone.refresh()) == {"REVIEWER"}


async def test_whoever_needs_none_may_have_one_and_give_it_up(guarded):
    """Then a code is asked for too; whoever needs it keeps it."""
    free, bound = await somebody(guarded, "RECOMMENDER"), await somebody(guarded)
    await free.sign_in()
    refused(await free.post("/v1/me/second-factor", {"password": "Wrong-1234"}), 422, "OLD_PASSWORD_WRONG")
    set_up = (await free.post("/v1/me/second-factor", {"password": PASSWORD})).json()["record"]
    free.secret = set_up["enrolment"]["secret"]
    confirm = {"challenge_token": set_up["challenge_token"], "code": free.code()}
    assert (await free.post("/v1/me/second-factor/confirm", confirm)).status_code == 200
    assert (await free.challenge())["kind"] == "CODE"
    assert (await free.post("/v1/me/second-factor/remove", {"code": free.code()})).status_code == 200
    assert "access_token" in await free.challenge()
    await bound.sign_in()
    refused(
        await bound.post("/v1/me/second-factor/remove", {"code": bound.code()}), 422, "SECOND_FACTOR_REQUIRED"
    )
    assert (await bound.challenge())["kind"] == "CODE"


async def test_another_app_takes_the_present_one(guarded):
    """Replaced only with a code of the present one; afterwards only the new one is good."""
    someone = await somebody(guarded)
    await someone.sign_in()
    path, present = "/v1/me/second-factor", someone.secret
    refused(await someone.post(path, {"password": PASSWORD}), 422, "CODE_REFUSED")
    set_up = (await someone.post(path, {"password": PASSWORD, "code": someone.code()})).json()["record"]
    someone.secret, someone.offset = set_up["enrolment"]["secret"], 0
    confirm = {"challenge_token": set_up["challenge_token"], "code": someone.code()}
    assert (await someone.post(f"{path}/confirm", confirm)).status_code == 200
    told = await someone.challenge()
    old = pyotp.TOTP(present).at(time.time(), counter_offset=1)
    refused(await someone.answer(told, old), 401, "CODE_WRONG")
    assert (await someone.answer(told)).status_code == 200


async def test_new_recovery_codes_void_the_old(guarded):
    """They cost a code of the app."""
    someone = await somebody(guarded)
    old = (await someone.sign_in())["recovery_codes"]
    path = "/v1/me/second-factor/recovery-codes"
    refused(await someone.post(path, {"code": "000000"}), 422, "CODE_REFUSED")
    new = (await someone.post(path, {"code": someone.code()})).json()["record"]["recovery_codes"]
    assert not set(old) & set(new)
    told = await someone.challenge()
    refused(await someone.answer(told, old[0]), 401, "CODE_WRONG")
    assert (await someone.answer(told, new[0])).status_code == 200


async def test_a_manager_resets_a_lost_one(guarded, session):
    """At home or directly above; sessions end, the owner is told, the audit knows; the next sign-in sets up another app."""
    hospital = await guarded.hospital()
    someone = await somebody(guarded, at=hospital)
    path = f"/v1/accounts/{someone.id}/second-factor/reset"
    refused(await guarded.ask("POST", path, token_at(hospital)), 404, "SECOND_FACTOR_MISSING")
    await someone.sign_in()
    for token in (token_at(guarded.root), token_at(hospital, "REVIEWER"), mint()):
        refused(await guarded.ask("POST", path, token), 404, "ACCOUNT_NOT_FOUND")
    assert (await someone.challenge())["kind"] == "CODE"
    assert (await guarded.ask("POST", path, token_at(hospital))).status_code == 200
    body = {"refresh_token": someone.tokens["refresh_token"]}
    refused(await guarded.ask("POST", "/v1/sessions/refresh", None, body), 401, "REFRESH_REFUSED")
    assert (await someone.challenge())["kind"] == "ENROL"
    async with session("accounts") as tx:
        told = await tx.scalar(text("select data->>'what' from outbox order by seq desc limit 1"))
        action = await tx.scalar(text("select action from audit_log where action like '%SECOND_FACTOR%'"))
    assert (told, action) == ("SECOND_FACTOR_RESET", "account.RESET_SECOND_FACTOR")


async def test_off_nobody_has_to_but_whoever_has_one_is_asked(world, guarded):
    """As in the demonstration: a reviewer signs in with the password alone, unless an app was set up before."""
    bare, kept = await somebody(world), await somebody(guarded)
    assert "access_token" in await bare.challenge()
    await kept.sign_in()
    kept.world = world
    assert (await kept.challenge())["kind"] == "CODE"


async def test_an_unknown_name_learns_nothing_of_it(guarded):
    """A wrong password at an account with a second factor is answered like an unknown name."""
    someone = await somebody(guarded)
    wrong = refused(await guarded.sign_in(someone.login, "Wrong-1234"), 401, "CREDENTIALS_WRONG")
    unknown = refused(await guarded.sign_in(new_login(), "Wrong-1234"), 401, "CREDENTIALS_WRONG")
    assert wrong["message"] == unknown["message"]
