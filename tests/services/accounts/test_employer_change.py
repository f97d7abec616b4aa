"""A change of employer: asked by the new, agreed to by the person, released or objected to by the old (二（二）1)."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import text

from tests.services.accounts.moving import Stage, stage_of
from tests.services.accounts.test_learning import begin, hand_in, standing
from tests.services.accounts.test_organisations import count
from tests.services.accounts.world import CHENGXI, cites, new_login, new_resident_id, refused, token_at

RACERS = 64


@pytest.fixture
async def stage(world, at) -> Stage:
    """The stage, on a day in the autumn of the cycle."""
    await at("2023-10-10T09:00+08:00", "accounts")
    return await stage_of(world)


async def events(session: Any, kind: str) -> list[dict[str, Any]]:
    """What was published of a kind, oldest first."""
    async with session("accounts") as tx:
        rows = await tx.execute(
            text("select data from outbox where type like :kind order by seq"), {"kind": f"%{kind}%"}
        )
        return [row.data for row in rows]


@pytest.mark.clause("2.2.1")
async def test_asked_agreed_and_released_the_person_moves_with_account_and_test(stage, answers, session):
    """Employer, department, kind, seat, account and line move in one step; the test result and an open paper stay his or hers."""
    world, person = stage.world, stage.person
    paper = await begin(world, stage.own)
    assert (await hand_in(world, stage.own, paper, answers(paper))).json()["record"]["state"] == "PASSED"
    department = await world.department(stage.new)
    asked = (await stage.try_ask(department, kind="TEMPORARY")).json()["record"]
    change = await stage.done(asked, stage.own, "CONSENT")
    assert (change["state"], change["due_on"]) == ("CONSENTED", "2023-10-25")
    moved = await stage.act(change, stage.releasing, "RELEASE")
    assert cites(moved.json()) == ["二（二）1"]
    assert moved.json()["record"]["state"] == "CARRIED_OUT"
    token = world.applicant(person, department)
    now = (await stage.read(token)).json()
    assert (now["employer_id"], now["department_id"]) == (stage.new["id"], department["id"])
    assert (now["kind"], now["state"]) == ("TEMPORARY", "ACTIVE")
    assert (await standing(world, person, token))["passed"]
    [event] = await events(session, "person.moved")
    assert (event["old_employer_id"], event["employer_id"]) == (stage.old["id"], stage.new["id"])
    assert event["lineage_before"] == [node["id"] for node in stage.old["lineage"]]
    assert event["lineage"] == [node["id"] for node in department["lineage"]]
    async with session("accounts") as tx:
        home = await tx.scalar(
            text("select organisation_id from account where id = :id"), {"id": person["account_id"]}
        )
        seats = await tx.execute(
            text("select role, organisation_id from role_grant where account_id = :id"),
            {"id": person["account_id"]},
        )
        assert str(home) == department["id"]
        assert [(role, str(where)) for role, where in seats] == [("APPLICANT", department["id"])]


@pytest.mark.clause("2.2.1")
async def test_the_old_manager_sees_the_person_no_longer_and_the_new_one_does(stage):
    """Single answer, list and facts; the periods tell where the person was."""
    change = await stage.consented()
    assert (await stage.read(stage.asking)).status_code == 404
    await stage.done(change, stage.releasing, "RELEASE")
    assert (await stage.read(stage.asking)).status_code == 200
    refused(await stage.read(stage.releasing), 404, "PERSON_NOT_FOUND")
    asked = {"person_ids": [stage.person["id"]], "cycle": 2023}
    for token, seen in ((stage.asking, 1), (stage.releasing, 0)):
        listed = (await stage.world.ask("GET", "/v1/people", token)).json()["items"]
        facts = (await stage.world.ask("POST", "/v1/people/facts", token, asked)).json()["items"]
        assert (len(listed), len(facts)) == (seen, seen)
    latest, before = await stage.periods(stage.asking)
    assert (latest["organisation_id"], latest["ended_on"]) == (stage.new["id"], None)
    assert (before["organisation_id"], before["ending"]) == (stage.old["id"], "MOVED")
    assert before["ended_on"] == latest["began_on"] == "2023-10-10"


@pytest.mark.clause("2.2.1")
async def test_the_unit_that_asks_learns_nothing_before_the_move(stage):
    """Neither name nor id nor telephone, in no answer, list or history; after the move a masked name."""
    change = await stage.ask()
    assert (change["person_id"], change["masked_name"]) == (None, None)
    assert change["available_actions"] == ["WITHDRAW"]
    await stage.done(change, stage.own, "CONSENT")
    path = f"/v1/employer-changes/{change['id']}"
    for answer in (
        await stage.world.ask("GET", path, stage.asking),
        await stage.world.ask("GET", "/v1/employer-changes", stage.asking),
    ):
        for private in ("卓", stage.person["id"], stage.number):
            assert private not in answer.text
    await stage.done(change, stage.releasing, "RELEASE")
    after = (await stage.world.ask("GET", path, stage.asking)).json()
    assert (after["masked_name"], after["person_id"]) == ("卓**", stage.person["id"])


@pytest.mark.clause("2.2.1")
async def test_nothing_moves_without_the_person(stage, session):
    """Before the consent the old employer cannot release; the person declines, and stays."""
    change = await stage.ask()
    refused(await stage.act(change, stage.releasing, "RELEASE"), 409, "ACTION_NOT_AVAILABLE")
    refused(await stage.act(change, stage.releasing, "CONSENT"), 403, "NOT_YOUR_STEP")
    refused(await stage.act(change, stage.asking, "CONSENT"), 403, "NOT_YOUR_STEP")
    assert (await stage.done(change, stage.own, "DECLINE"))["state"] == "DECLINED"
    assert (await stage.read()).json()["employer_id"] == stage.old["id"]
    assert await events(session, "person.moved") == []
    told = await events(session, "employer_change.moved")
    assert [(each["action"], each["person_id"]) for each in told] == [
        ("ASK", stage.person["id"]),
        ("DECLINE", stage.person["id"]),
    ]


@pytest.mark.clause("2.2.1")
@pytest.mark.parametrize(
    ("decision", "state", "where"), [("ALLOW", "CARRIED_OUT", "new"), ("REFUSE", "REFUSED", "old")]
)
async def test_an_objection_goes_to_the_superior_of_both(stage, decision, state, where):
    """With a reason the old one objects, with a reason the lowest common superior decides; nobody else does."""
    change = await stage.consented()
    assert change["superior"]["id"] == stage.world.root["id"]
    refused(await stage.act(change, stage.releasing, "OBJECT"), 422, "RULES_BROKEN")
    change = await stage.done(change, stage.releasing, "OBJECT", note="服务期未满")
    assert change["state"] == "OBJECTED"
    for token in (stage.releasing, stage.asking, stage.own):
        refused(await stage.act(change, token, decision, note="理由"), 403, "NOT_YOUR_STEP")
    refused(await stage.act(change, stage.above, decision, note=" "), 422, "RULES_BROKEN")
    waiting = (await stage.world.ask("GET", "/v1/employer-changes?awaiting=me", stage.above)).json()["items"]
    assert [each["id"] for each in waiting] == [change["id"]]
    assert (await stage.done(change, stage.above, decision, note="经核实"))["state"] == state
    assert (await stage.read()).json()["employer_id"] == getattr(stage, where)["id"]


@pytest.mark.clause("2.2.1")
@pytest.mark.parametrize("when", ["ASKED", "CONSENTED", "OBJECTED"])
async def test_the_asker_withdraws_and_the_person_takes_the_consent_back(stage, when):
    """As long as nothing is decided; afterwards another may ask."""
    for token, action in ((stage.asking, "WITHDRAW"), (stage.own, "DECLINE")):
        change = await stage.ask()
        if when != "ASKED":
            await stage.done(change, stage.own, "CONSENT")
        if when == "OBJECTED":
            await stage.done(change, stage.releasing, "OBJECT", note="服务期未满")
        assert (await stage.done(change, token, action))["state"] in {"WITHDRAWN", "DECLINED"}
        refused(await stage.act(change, stage.releasing, "RELEASE"), 409, "ACTION_NOT_AVAILABLE")
    assert (await stage.read()).json()["employer_id"] == stage.old["id"]


@pytest.mark.clause("2.2.1")
async def test_the_old_employers_silence_is_consent(stage, at, apps):
    """Until the end of the last day nothing follows; the day after the sweep carries the change out."""
    sweep = (await apps.get("accounts")).state.sweep
    change = await stage.consented()
    await at("2023-10-25T23:30+08:00", "accounts")
    assert not await sweep.once()
    assert (await stage.read()).json()["employer_id"] == stage.old["id"]
    await at("2023-10-26T00:30+08:00", "accounts")
    refused(await stage.act(change, stage.releasing, "OBJECT", note="服务期未满"), 422, "RULES_BROKEN")
    assert await sweep.once()
    assert not await sweep.once()
    assert (await stage.read()).json()["employer_id"] == stage.new["id"]
    told = (await stage.world.ask("GET", f"/v1/employer-changes/{change['id']}", stage.own)).json()
    assert [step["action"] for step in told["history"]] == ["ASK", "CONSENT", "CARRY_OUT"]


@pytest.mark.clause("2.2.1")
async def test_the_persons_silence_is_none(stage, at, apps):
    """After the last day the request lapses; consent comes too late."""
    sweep = (await apps.get("accounts")).state.sweep
    change = await stage.ask()
    assert change["due_on"] == "2023-11-09"
    await at("2023-11-10T09:00+08:00", "accounts")
    refused(await stage.act(change, stage.own, "CONSENT"), 422, "RULES_BROKEN")
    assert await sweep.once()
    told = (await stage.world.ask("GET", f"/v1/employer-changes/{change['id']}", stage.asking)).json()
    assert (told["state"], told["history"][-1]["note"]) == ("LAPSED", "本人逾期未答复，申请终止")
    assert (await stage.read()).json()["employer_id"] == stage.old["id"]


async def test_what_can_no_longer_be_carried_out_lapses_and_says_why(stage, at, apps, session):
    """The unit that asked was closed meanwhile: the sweep ends the change, and goes on to others."""
    sweep = (await apps.get("accounts")).state.sweep
    change = await stage.consented()
    async with session("accounts") as tx:
        await tx.execute(
            text("update organisation set state = 'CLOSED' where id = :id"), {"id": stage.new["id"]}
        )
    refused(await stage.act(change, stage.releasing, "RELEASE"), 422, "ORGANISATION_NOT_IN_USE")
    for path, body in (
        ("/v1/people", stage.world.person(stage.new)),
        ("/v1/employer-changes", stage.asked_of(stage.new)),
    ):
        answer = await stage.world.ask("POST", path, stage.asking, body)
        refused(answer, 422, "ORGANISATION_NOT_IN_USE")
    await at("2023-10-26T09:00+08:00", "accounts")
    assert await sweep.once()
    told = (await stage.world.ask("GET", f"/v1/employer-changes/{change['id']}", stage.own)).json()
    assert told["state"] == "LAPSED"
    assert stage.new["name"] in told["history"][-1]["note"]
    assert (await stage.read()).json()["employer_id"] == stage.old["id"]


async def test_a_change_has_no_strangers(stage):
    """Neither another unit, nor an authority above one of the two, nor a reviewer finds it."""
    change = await stage.ask()
    authority = {**stage.old, "id": stage.old["parent_id"], "lineage": stage.old["lineage"][:-1]}
    for token in (
        token_at(await stage.world.prefecture()),
        token_at(authority),
        token_at(stage.old, "REVIEWER"),
    ):
        found = await stage.world.ask("GET", f"/v1/employer-changes/{change['id']}", token)
        refused(found, 404, "EMPLOYER_CHANGE_NOT_FOUND")
        refused(await stage.act(change, token, "WITHDRAW"), 404, "EMPLOYER_CHANGE_NOT_FOUND")
        assert (await stage.world.ask("GET", "/v1/employer-changes", token)).json()["items"] == []


async def test_what_cannot_be_asked_is_refused_and_nothing_is_written(stage, session):
    """Unknown to everyone, at the unit already, asked before, of no kind the unit has, not the caller's unit."""
    nobody = {"kind": "RESIDENT_ID", "number": new_resident_id()}
    refused(await stage.try_ask(document=nobody), 422, "NO_ACCOUNT_YET")
    refused(await stage.try_ask(stage.old), 409, "ALREADY_HERE")
    refused(await stage.try_ask(kind="ENTERPRISE"), 422, "NOT_AT_THIS_UNIT")
    refused(await stage.try_ask(kind="HOSTED"), 422, "CONTRACT_MISSING")
    refused(await stage.try_ask(document=nobody | {"number": "1"}), 422, "DOCUMENT_WRONG")
    foreign = {"organisation_id": stage.old["id"]}
    refused(await stage.try_ask(**foreign), 403, "ROLE_MISSING")
    assert await count(session, "employer_change") == 0
    await stage.ask()
    refused(await stage.try_ask(), 409, "CHANGE_UNDER_WAY")
    assert await count(session, "employer_change") == 1


@pytest.mark.clause("2.2.1")
async def test_a_second_creation_tells_how_to_ask_for_the_change(stage):
    """The refusal names where the account is and the way to it, and that way is open."""
    body = stage.world.person(stage.new, number=stage.number)
    problem = refused(await stage.world.ask("POST", "/v1/people", stage.asking, body), 409, "PERSON_EXISTS")
    assert stage.old["name"] in problem["message"]
    assert "employer-changes" in problem["message"]
    assert (await stage.try_ask()).status_code == 201


@pytest.mark.clause("2.2.1", "2.2.2")
async def test_who_becomes_a_freelancer_moves_to_the_county(stage):
    """The county asks; where one party stands above the other, the next one above decides."""
    county = await stage.world.county(CHENGXI)
    change = (await stage.try_ask(county, kind="FREELANCER", rests_on="PLACE")).json()["record"]
    assert change["superior"]["id"] == stage.world.root["id"]
    await stage.done(change, stage.own, "CONSENT")
    await stage.done(change, stage.releasing, "RELEASE")
    now = (await stage.read()).json()
    assert (now["kind"], now["rests_on"], now["employer_id"]) == ("FREELANCER", "PLACE", county["id"])
    stage.new = await stage.world.create(county, kind="EMPLOYER", level="COUNTY", region_code=CHENGXI)
    back = await stage.ask()
    assert back["superior"]["id"] == (await stage.world.prefecture(CHENGXI[:4] + "00"))["id"]
    await stage.done(back, stage.own, "CONSENT")
    await stage.done(back, token_at(county), "RELEASE")
    assert (await stage.read()).json()["rests_on"] is None


@pytest.mark.clause("2.2.1")
async def test_other_roles_at_the_old_employer_end_with_the_move(stage, session):
    """A reviewer who leaves reviews there no more; a role held elsewhere stays."""
    account = {"account_id": stage.person["account_id"], "role": "REVIEWER"}
    async with session("accounts") as tx:
        for where in (stage.old["id"], stage.world.root["id"]):
            sql = "insert into role_grant (id, account_id, role, organisation_id) values (gen_random_uuid(), :account_id, :role, :o)"
            await tx.execute(text(sql), account | {"o": where})
    await stage.done(await stage.consented(), stage.releasing, "RELEASE")
    async with session("accounts") as tx:
        held = await tx.execute(
            text("select role, organisation_id from role_grant where account_id = :account_id"), account
        )
        roles = {(role, str(where)) for role, where in held}
        assert roles == {("REVIEWER", stage.world.root["id"]), ("APPLICANT", stage.new["id"])}
        detail = await tx.scalar(text("select detail from audit_log where action = 'role.REVOKE'"))
        assert detail == {"roles": ["REVIEWER"]}


async def test_of_many_requests_for_one_person_one_is_live(stage, session):
    """Two units, 64 requests at once: one is made, the others are told that one is under way."""
    other = await stage.world.create(
        stage.world.root, kind="EMPLOYER", level="PROVINCE", region_code="630000"
    )
    answers = await asyncio.gather(*(stage.try_ask((stage.new, other)[n % 2]) for n in range(RACERS)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: RACERS - 1}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"CHANGE_UNDER_WAY"}
    assert await count(session, "employer_change") == 1


async def test_release_objection_and_sweep_at_once_have_one_outcome(stage, at, apps, session):
    """On the day after the last one: 64 of them, each trying; one step is taken, the person has one employer."""
    change = await stage.consented()
    sweep = (await apps.get("accounts")).state.sweep

    async def race(n: int) -> str:
        if n % 3 == 0:
            return "SWEPT" if await sweep.once() else "-"
        action, token = (("RELEASE", stage.releasing), ("DECLINE", stage.own))[n % 2]
        answer = await stage.act(change, token, action)
        assert answer.status_code in {200, 409}, answer.text
        return action if answer.status_code == 200 else "-"

    await at("2023-10-26T09:00+08:00", "accounts")
    taken = Counter(await asyncio.gather(*(race(n) for n in range(RACERS))))
    assert taken["-"] == RACERS - 1, taken
    moved = await events(session, "person.moved")
    where = (await stage.read()).json()["employer_id"]
    assert (len(moved), where) in {(1, stage.new["id"]), (0, stage.old["id"])}
    async with session("accounts") as tx:
        open_ones = await tx.scalar(text("select count(*) from employment where ended_on is null"))
        steps = await tx.scalar(
            text("select count(*) from history where subject_id = :id and action not in ('ASK', 'CONSENT')"),
            {"id": change["id"]},
        )
    assert (open_ones, steps) == (1, 1)


async def test_release_and_objection_at_once_have_one_outcome(stage):
    """In time: 64 tries of the old employer and of the asker; one is taken, the others come too late."""
    change = await stage.consented()
    tries = [
        ("RELEASE", stage.releasing),
        ("OBJECT", stage.releasing),
        ("WITHDRAW", stage.asking),
        ("DECLINE", stage.own),
    ]
    version = change["version"]
    acts = [stage.act(change, token, action, note="理由", version=version) for action, token in tries * 16]
    answers = await asyncio.gather(*acts)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: RACERS - 1}


async def test_a_person_signs_in_after_the_move_with_the_same_account(stage):
    """Login and password stay; the token tells the new seat."""
    world, login = stage.world, new_login("stays")
    number = new_resident_id()
    made = await world.add_person(stage.old, number=number, login=login)
    await world.activate(made["activation"])
    stage.person, stage.number = made["person"], number
    await stage.done(await stage.consented(), stage.releasing, "RELEASE")
    signed = await world.sign_in(login)
    assert signed.status_code == 200, signed.text
    roles = signed.json()["account"]["roles"]
    assert [(role["role"], role["organisation_id"]) for role in roles] == [("APPLICANT", stage.new["id"])]
