"""Objections hold what is publicised, are decided by others, and never tell who raised them."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text

from services.kit.auth import Principal
from services.workflow.publicity import service
from services.workflow.publicity.model import Objection, PublicityEnd
from services.workflow.publicity.steps import OBJECTION_STEPS
from tests.platform.tokens import mint, seat
from tests.services.workflow.stage import AFTER_PUBLICITY, cites, problem

CITIZEN = {"name": "王五", "sub": uuid4()}


async def raised(stage, made, token=None):
    """An objection to a recommendation's publicity."""
    answer = await stage.object_to(made["publicity_id"], token)
    assert answer.status_code == 201, answer.text
    return answer.json()["record"]


async def decide(stage, objection, upheld, token=None, reason="经核查，业绩属实"):
    """The decision on an objection."""
    body = {"upheld": upheld, "reason": reason}
    return await stage.ask("POST", f"/objections/{objection['id']}/decide", token or stage.reviewer, body)


@pytest.mark.clause("3.6.3")
async def test_an_objection_holds_the_recommendation_until_it_is_decided(stage):
    """Anonymous and named ones count alike; when all are dismissed the unit may confirm."""
    made = await stage.publicised()
    named = await raised(stage, made, stage.places.token("APPLICANT", stage.places.clinic, **CITIZEN))
    anonymous = await raised(stage, made)
    await stage.time(AFTER_PUBLICITY)
    told = problem(await stage.act(made, "CONFIRM"), 422, "RULES_BROKEN")
    assert [each["code"] for each in told["findings"]] == ["NO_OPEN_OBJECTION"]
    assert cites(told) == {"三（六）3"}
    assert "2" in told["findings"][0]["message"]
    publicity = (await stage.ask("GET", f"/publicities/{made['publicity_id']}")).json()
    assert (publicity["state"], publicity["objections_open"]) == ("HELD", 2)
    for each in (named, anonymous):
        assert (await decide(stage, each, upheld=False)).json()["record"]["state"] == "DISMISSED"
    assert (await stage.act(made, "CONFIRM")).json()["record"]["state"] == "CONFIRMED"
    publicity = (await stage.ask("GET", f"/publicities/{made['publicity_id']}")).json()
    assert publicity["state"] == "SETTLED"


@pytest.mark.clause("3.6.3")
async def test_an_upheld_objection_leaves_only_withdrawal(stage):
    """What was found true stands against the recommendation for good."""
    made = await stage.publicised()
    objection = await raised(stage, made)
    upheld = (await decide(stage, objection, upheld=True, reason="业绩不实")).json()
    assert (upheld["record"]["state"], cites(upheld)) == ("UPHELD", {"三（六）3", "三（一）"})
    await stage.time(AFTER_PUBLICITY)
    told = problem(await stage.act(made, "CONFIRM"), 422, "RULES_BROKEN")
    assert [each["code"] for each in told["findings"]] == ["NO_UPHELD_OBJECTION"]
    assert (await stage.act(made, "WITHDRAW", note="异议成立")).status_code == 200


@pytest.mark.clause("3.6.3")
async def test_nobody_learns_who_objected(stage, session):
    """Neither an answer nor any row of the schema holds the author's account or name in the clear."""
    made = await stage.publicised()
    citizen = stage.places.token("APPLICANT", stage.places.clinic, **CITIZEN)
    path = f"/publicities/{made['publicity_id']}/objections"
    body = {"text": "业绩不实", "anonymous": False}
    answer = await stage.ask("POST", path, citizen, body, **{"idempotency-key": "k"})
    objection = answer.json()["record"]
    await raised(stage, made)
    seen = [
        await stage.ask("GET", f"/publicities/{made['publicity_id']}"),
        await stage.ask("GET", "/objections", stage.reviewer),
        await decide(stage, objection, upheld=False),
    ]
    dump = "".join(each.text for each in seen) + await everything(session)
    assert str(CITIZEN["sub"]) not in dump
    assert "王五" not in dump
    async with session("workflow") as tx:
        identities = list(await tx.scalars(select(Objection.identity).order_by(Objection.id)))
    assert [identity is None for identity in identities] == [False, True]


async def everything(session):
    """Every row of every table of the schema, as text."""
    async with session("workflow") as tx:
        tables = await tx.scalars(text("select tablename from pg_tables where schemaname = 'workflow'"))
        return "".join(
            [str(list(await tx.scalars(text(f"select t::text from {table} t")))) for table in tables]
        )


async def test_an_anonymous_objection_leaves_no_key_behind(stage):
    """A kept idempotency key would tie the account to the words: it is refused."""
    made = await stage.publicised()
    path, body = f"/publicities/{made['publicity_id']}/objections", {"text": "业绩不实", "anonymous": True}
    answer = await stage.ask("POST", path, stage.office, body, **{"idempotency-key": "k"})
    problem(answer, 422, "ANONYMOUS_WITHOUT_KEY")
    assert (await stage.ask("POST", path, stage.office, body)).status_code == 201


@pytest.mark.parametrize(
    ("role", "place", "allowed"),
    [
        ("REVIEWER", "hospital", True),
        ("COMMITTEE_OFFICE", "hospital", True),
        ("TITLE_OFFICER", "province", True),
        ("TITLE_OFFICER", "prefecture", False),
        ("REVIEWER", "authority", False),
        ("REVIEWER", "department", False),
        ("REVIEWER", "clinic", False),
        ("RECOMMENDER", "hospital", False),
        ("ORGANISATION_MANAGER", "hospital", False),
        ("SUPERVISOR", "province", False),
        ("APPLICANT", "department", False),
        ("EXPERT", "province", False),
    ],
)
async def test_who_reads_and_decides_on_objections(stage, role, place, allowed):
    """The unit's reviewer and the HRSS above do; to anybody else there is no such objection."""
    made = await stage.publicised()
    objection = await raised(stage, made)
    token = stage.places.token(role, getattr(stage.places, place))
    listed = (await stage.ask("GET", "/objections", token)).json()["items"]
    assert [each["id"] for each in listed] == ([objection["id"]] if allowed else [])
    answer = await decide(stage, objection, upheld=False, token=token)
    if allowed:
        assert listed[0]["available_actions"] == ["UPHOLD", "DISMISS"]
        assert answer.status_code == 200, answer.text
    else:
        problem(answer, 404, "OBJECTION_NOT_FOUND")


@pytest.mark.clause("3.1", "3.6.3")
async def test_who_recommended_does_not_judge_what_is_said_against_it(stage):
    """With a reviewer's seat of the own unit too the recommender is barred, on the article; a colleague decides."""
    both = uuid4()
    stage.recommender = stage.places.token("RECOMMENDER", stage.places.hospital, sub=both)
    made = await stage.publicised()
    objection = await raised(stage, made)
    token = stage.places.token("REVIEWER", stage.places.hospital, sub=both)
    for upheld in (True, False):
        told = problem(await decide(stage, objection, upheld=upheld, token=token), 422, "RULES_BROKEN")
        assert [each["code"] for each in told["findings"]] == ["DECIDER_DID_NOT_RECOMMEND"]
        assert cites(told) == {"三（一）"}
    (waiting,) = (await stage.ask("GET", "/objections", stage.reviewer)).json()["items"]
    assert waiting["state"] == "OPEN"
    assert (await decide(stage, objection, upheld=False)).status_code == 200


@pytest.mark.clause("3.1", "3.6.3")
async def test_nor_does_who_publicised_it_or_for_whom_it_was_made(stage):
    """Who put it to the public, the one on whose behalf it was made, and that one's other delegate are barred alike."""
    principal, publicist, delegate = uuid4(), uuid4(), uuid4()

    def token(role, sub, behalf=None):
        told = seat(role, *stage.places.line(stage.places.hospital))
        named = Principal(id=behalf, name="科长") if behalf else None
        return mint([told.model_copy(update={"on_behalf_of": named})], sub=sub)

    stage.recommender = token("RECOMMENDER", uuid4(), principal)
    made = await stage.recommended()
    stage.recommender = token("RECOMMENDER", publicist)
    made = await stage.made(f"/recommendations/{made['id']}/actions/PUBLICISE", stage.recommender)
    objection = await raised(stage, made)
    for who in (
        token("REVIEWER", principal),
        token("REVIEWER", publicist),
        token("REVIEWER", delegate, principal),
    ):
        told = problem(await decide(stage, objection, upheld=False, token=who), 422, "RULES_BROKEN")
        assert [each["code"] for each in told["findings"]] == ["DECIDER_DID_NOT_RECOMMEND"]
    assert (
        await decide(stage, objection, upheld=False, token=token("REVIEWER", delegate))
    ).status_code == 200


async def test_nobody_judges_the_own_case(stage):
    """Neither the author nor the person publicised decides, whatever seat they hold."""
    made = await stage.publicised()
    author = stage.places.token("REVIEWER", stage.places.hospital)
    objection = await raised(stage, made, author)
    (facts,) = stage.around.people.values()
    subject = stage.places.token("REVIEWER", stage.places.hospital, sub=UUID(facts["account_id"]))
    for token in (author, subject):
        told = problem(await decide(stage, objection, upheld=False, token=token), 422, "RULES_BROKEN")
        assert [each["code"] for each in told["findings"]] == ["DECIDER_IS_DISINTERESTED"]


def test_the_table_of_objections_says_what_is_expected():
    """An open objection is upheld or dismissed; a decided one stays decided."""
    assert {(s.value, a.value): step.to.value for (s, a), step in OBJECTION_STEPS.items()} == {
        ("OPEN", "UPHOLD"): "UPHELD",
        ("OPEN", "DISMISS"): "DISMISSED",
    }


async def test_a_decision_is_final(stage):
    """It is not decided a second time, either way."""
    made = await stage.publicised()
    objection = await raised(stage, made)
    await decide(stage, objection, upheld=True)
    for upheld in (True, False):
        problem(await decide(stage, objection, upheld=upheld), 409, "ACTION_NOT_AVAILABLE")


@pytest.mark.parametrize(
    ("token", "body", "status", "code"),
    [
        (None, {"text": "业绩不实"}, 401, "SIGN_IN_TO_BE_NAMED"),
        (None, {"text": " ", "anonymous": True}, 422, "REQUEST_MALFORMED"),
        (None, {"text": "x" * 20_001, "anonymous": True}, 422, "REQUEST_MALFORMED"),
        (None, {"anonymous": True}, 422, "REQUEST_MALFORMED"),
        ("forged", {"text": "业绩不实"}, 401, "TOKEN_INVALID"),
    ],
)
async def test_a_malformed_objection_is_refused(stage, token, body, status, code):
    """Named without signing in, empty, too long, with a forged token."""
    made = await stage.publicised()
    answer = await stage.ask("POST", f"/publicities/{made['publicity_id']}/objections", token, body)
    problem(answer, status, code)


async def test_objections_are_taken_while_the_publicity_lasts(stage):
    """To the last minute of the last day, not afterwards."""
    made = await stage.publicised()
    await stage.time("2023-11-09T23:59:30+08:00")
    await raised(stage, made)
    await stage.time("2023-11-10T00:00+08:00")
    told = problem(await stage.object_to(made["publicity_id"]), 422, "PUBLICITY_CLOSED")
    assert cites(told) == {"人社部令第40号"}
    problem(await stage.object_to(str(uuid4())), 404, "PUBLICITY_NOT_FOUND")


@pytest.mark.clause("3.6.3")
async def test_objection_and_confirmation_at_once_never_pass_each_other(stage):
    """Many objections race with a confirmation around midnight: a confirmed case has no open objection, ever."""
    made = await stage.publicised()
    await stage.time("2023-11-09T23:59:59.700+08:00")

    async def confirm():
        for _ in range(12):
            answer = await stage.act(made, "CONFIRM")
            if answer.status_code == 200:
                return True
            await asyncio.sleep(0.05)
        return False

    async def object_often():
        return [(await stage.object_to(made["publicity_id"])).status_code for _ in range(8)]

    confirmed, *statuses = await asyncio.gather(confirm(), object_often(), object_often())
    accepted = sum(status == 201 for each in statuses for status in each)
    assert confirmed is (accepted == 0)


async def test_an_objection_waits_for_a_decision_under_way(stage, session):
    """While a confirmation holds the publicity an objection waits, and is then refused because it came too late."""
    made = await stage.publicised()
    publicity_id = UUID(made["publicity_id"])

    async with session("workflow") as tx:
        await service.lock(tx, publicity_id)
        objecting = asyncio.create_task(stage.object_to(made["publicity_id"]))
        await asyncio.sleep(0.3)
        assert not objecting.done()
        ended = {"publicity_id": publicity_id, "outcome": "SETTLED", "at": text("now()")}
        await tx.execute(insert(PublicityEnd).values(**ended))
    problem(await objecting, 409, "PUBLICITY_ENDED")
