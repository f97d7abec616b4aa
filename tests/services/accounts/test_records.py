"""Facts with evidence: each kind put on record, confirmed, refused, mended, superseded."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from tests.services.accounts.records import BODIES, EVIDENCE, Staff, body, new_staff, told
from tests.services.accounts.test_organisations import count
from tests.services.accounts.world import cites, refused, token_at

KINDS = sorted(BODIES)


@pytest.fixture
async def staff(world, answers) -> Staff:
    """Someone of the hospital who has passed the online test."""
    return await new_staff(world, await world.hospital(), answers)


async def rows(session, query: str, **params: Any) -> list[Any]:
    """What stands in the database."""
    async with session("accounts") as tx:
        return list((await tx.execute(text(query), params)).scalars())


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_is_declared_confirmed_and_read_again(staff, session, kind):
    """What was told comes back; the answer rests on articles; history and events tell who did what."""
    record = await staff.declare(kind)
    assert record["state"] == "DECLARED"
    assert record["available_actions"] == ["SEND_EVIDENCE", "WITHDRAW"]
    for field, value in BODIES[kind].items():
        assert record["body"][field] == value, field
    assert record["evidence"] == {**EVIDENCE, "sha256": "ab" * 32, "file": None}
    answer = await staff.act(record, "CONFIRM")
    assert answer.status_code == 200, answer.text
    assert cites(answer.json())[:2] == ["三（二）", "三（一）"]
    assert len(cites(answer.json())) == (2 if kind == "HONOUR" else 3)
    confirmed = await staff.read(record)
    assert (confirmed["state"], confirmed["available_actions"]) == ("CONFIRMED", [])
    assert confirmed["decided_at"] is not None
    assert await rows(
        session, "select type from outbox where subject = :s order by seq", s=f"person_record/{record['id']}"
    ) == ["titles.accounts.record.declared.v1", "titles.accounts.record.confirmed.v1"]
    history = (await staff.world.ask("GET", f"/v1/records/{record['id']}/history", staff.own)).json()["items"]
    assert [(each["action"], each["role"]) for each in history] == [
        ("DECLARE", "APPLICANT"),
        ("CONFIRM", "REVIEWER"),
    ]
    assert await rows(
        session,
        "select action from audit_log where subject = :s order by id",
        s=f"person_record/{record['id']}",
    ) == ["person_record.DECLARE", "person_record.CONFIRM"]


async def test_a_documents_number_is_sealed(staff, session):
    """It is read by whoever may read the record, and stands nowhere in the table."""
    record = await staff.declare("DEGREE")
    assert (await staff.read(record))["evidence"]["document_number"] == EVIDENCE["document_number"]
    [kept] = await rows(session, "select evidence::text || body::text from person_record")
    assert EVIDENCE["document_number"] not in kept


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("DEGREE", {"education_level": "WIZARD"}, "body.education_level"),
    ("DEGREE", {"graduated_on": "2099-01-01"}, "body.graduated_on"),
    ("DEGREE", {"graduated_on": "1901-01-01"}, "body.graduated_on"),
    ("TECHNICAL_CLASS", {"technical_class": "BACHELOR"}, "body.technical_class"),
    ("PRESENT_TITLE", {"obtained_on": "2099-01-01"}, "body.obtained_on"),
    ("APPOINTMENT", {"appointed_on": "2099-01-01"}, "body.appointed_on"),
    ("HONOUR", {"honour": "NOBEL"}, "body.honour"),
    ("HONOUR", {"contest": None}, "body.contest"),
    ("HONOUR", {"honour": "MODEL_WORKER"}, "body.contest"),
    ("HONOUR", {"honour": "NATIONAL_CONTEST_MEDAL"}, "body.contest.place"),
    ("VILLAGE_POSTING", {"region_code": "999999"}, "body.region_code"),
    ("VILLAGE_POSTING", {"statement": "本人11010519491231002X驻村"}, "body.statement"),
    ("AID_PERIOD", {"since": "2098-01-01", "until": None}, "body.since"),
    ("YEARLY_ASSESSMENT", {"year": 2099}, "body.year"),
    ("YEARLY_ASSESSMENT", {"year": 1930}, "body.year"),
    ("SOCIAL_INSURANCE", {"region_code": "110101"}, "body.region_code"),
    (
        "SOCIAL_INSURANCE",
        {"periods": [{"since": "2022-01-01", "until": "2099-01-01"}]},
        "body.periods.0.until",
    ),
    ("CONTRACT", {"since": "2099-01-01"}, "body.since"),
    ("CONTINUING_EDUCATION", {"year": 2099}, "body.year"),
    ("WORK_EXPERIENCE", {"until": "2099-01-01"}, "body.until"),
]


@pytest.mark.parametrize(("kind", "more", "field"), WRONG)
async def test_what_does_not_hold_is_refused_with_its_field(staff, session, kind, more, field):
    """Unknown codes and regions, days that lie ahead or long ago, numbers of persons in free text."""
    if kind == "VILLAGE_POSTING":
        more = {"sending_unit_id": staff.unit["id"], **more}
    problem = refused(await staff.try_declare(told(kind, **more)), 422, "RULES_BROKEN")
    assert field in [finding["field"] for finding in problem["findings"]]
    assert all(finding["basis"] for finding in problem["findings"])
    assert await count(session, "person_record") == 0


MALFORMED: list[tuple[str, dict[str, Any]]] = [
    ("DEGREE", {"school": ""}),
    ("DEGREE", {"school": "长" * 121}),
    ("DEGREE", {"school": "a\0b"}),
    ("DEGREE", {"mode": "ASLEEP"}),
    ("DEGREE", {"unheard_of": 1}),
    ("DEGREE", {"graduated_on": "2023-02-30"}),
    ("DEGREE", {"graduated_on": "9999-12-31"}),
    ("DEGREE", {"school": ["青海大学"]}),
    ("AID_PERIOD", {"since": "2022-01-02", "until": "2022-01-01"}),
    ("APPOINTMENT", {"post_grade": 14}),
    ("SOCIAL_INSURANCE", {"periods": []}),
    ("SOCIAL_INSURANCE", {"periods": [{"since": "2020-01-01"}] * 61}),
    ("CONTINUING_EDUCATION", {"public_hours": -1}),
    ("CONTINUING_EDUCATION", {"professional_hours": 10**30}),
    ("YEARLY_ASSESSMENT", {"year": 10**12}),
    ("CONTRACT", {"unit_id": "nobody"}),
    ("PRESENT_TITLE", {"limits": ["GRASS_ROOTS"] * 3}),
]


@pytest.mark.parametrize(("kind", "more"), MALFORMED)
async def test_what_is_malformed_is_refused(staff, session, kind, more):
    """Of the wrong type, too long, too many, unknown: never a fault, nothing written."""
    refused(await staff.try_declare(told(kind, **more)), 422, "REQUEST_MALFORMED")
    assert await count(session, "person_record") == 0


async def test_half_a_character_is_refused_not_a_fault(staff):
    """A lone surrogate is JSON, and no text."""
    asked = b'{"body": {"kind": "YEARLY_ASSESSMENT", "year": 2021, "result": "EXCELLENT", "unit": "\\ud800"},'
    asked += b' "evidence": {"issuer": "\\ud800", "issued_on": "2022-01-01"}}'
    answer = await staff.world.http.post(
        f"/v1/people/{staff.id}/records",
        content=asked,
        headers={"authorization": f"Bearer {staff.own}", "content-type": "application/json"},
    )
    refused(answer, 422, "REQUEST_MALFORMED")


async def test_evidence_from_the_future_is_refused(staff):
    """A document was issued before it is named."""
    asked = told("DEGREE") | {"evidence": {**EVIDENCE, "issued_on": "2099-01-01"}}
    problem = refused(await staff.try_declare(asked), 422, "RULES_BROKEN")
    assert problem["field"] == "evidence.issued_on"


@pytest.mark.clause("2.3")
async def test_nothing_is_told_of_someone_before_the_test(world, session):
    """Neither by the person nor by the unit; the refusal names the article, and nothing is written."""
    hospital = await world.hospital()
    untested = await new_staff(world, hospital, None)
    for token in (untested.own, token_at(hospital), token_at(hospital, "RECOMMENDER")):
        problem = refused(await untested.try_declare(told("DEGREE"), token), 422, "TEST_NOT_PASSED")
        assert cites(problem) == ["二（三）"]
    assert await count(session, "person_record") == 0


async def test_a_refused_record_is_mended_and_declared_again(staff, session):
    """With the reason, which the person reads; then the reason is gone and it waits once more."""
    record = await staff.declare("DEGREE")
    problem = refused(await staff.act(record, "REFUSE"), 422, "RULES_BROKEN")
    assert problem["field"] == "note"
    answer = await staff.act(record, "REFUSE", note="证书编号与原件不符")
    assert answer.json()["record"]["state"] == "REFUSED"
    refused_one = await staff.read(record)
    assert refused_one["reason"] == "证书编号与原件不符"
    assert refused_one["available_actions"] == ["SEND_EVIDENCE", "DECLARE_AGAIN", "WITHDRAW"]
    [event] = await rows(session, "select data from outbox where type like '%record.refused%'")
    assert (event["reason"], event["person_id"]) == ("证书编号与原件不符", staff.id)
    mended = {"body": body("DEGREE", certificate_number="107435201005000124"), "evidence": EVIDENCE}
    path = f"/v1/records/{record['id']}"
    stale = mended | {"version": 1}
    refused(await staff.world.ask("PUT", path, staff.own, stale), 409, "STALE_VERSION")
    wrong = mended | {"body": body("DEGREE", education_level="WIZARD")}
    refused(await staff.world.ask("PUT", path, staff.own, wrong), 422, "RULES_BROKEN")
    other = mended | {"body": body("CONTRACT")}
    refused(await staff.world.ask("PUT", path, staff.own, other), 409, "KIND_FIXED")
    again = await staff.world.ask("PUT", path, staff.own, mended)
    assert again.status_code == 200, again.text
    now = await staff.read(record)
    assert (now["state"], now["reason"], now["decided_at"]) == ("DECLARED", None, None)
    assert now["body"]["certificate_number"] == "107435201005000124"
    refused(await staff.world.ask("PUT", path, staff.own, mended), 409, "ACTION_NOT_AVAILABLE")


async def test_a_confirmed_record_is_frozen_and_superseded_by_a_new_version(staff):
    """The old one stands until the new one is confirmed; then one of them is left."""
    first = await staff.confirmed("DEGREE")
    for action in ("WITHDRAW", "CONFIRM", "REFUSE"):
        refused(await staff.act(first, action, staff.own, note="x"), 409, "ACTION_NOT_AVAILABLE")
    mended = {"body": body("DEGREE"), "evidence": EVIDENCE}
    refused(
        await staff.world.ask("PUT", f"/v1/records/{first['id']}", staff.own, mended),
        409,
        "ACTION_NOT_AVAILABLE",
    )
    newer = told("DEGREE", mode="FULL_TIME") | {"supersedes_id": first["id"]}
    second = (await staff.try_declare(newer)).json()["record"]
    assert second["supersedes_id"] == first["id"]
    assert (await staff.read(first))["state"] == "CONFIRMED"
    refused(await staff.try_declare(newer), 409, "RECORD_EXISTS")
    other_key = told("DEGREE", school="清华大学") | {"supersedes_id": first["id"]}
    refused(await staff.try_declare(other_key), 409, "NOT_SUPERSEDING")
    assert (await staff.act(second, "CONFIRM")).status_code == 200
    assert (await staff.read(first))["state"] == "SUPERSEDED"
    assert [each["id"] for each in await staff.listed("?state=CONFIRMED")] == [second["id"]]


async def test_a_withdrawn_new_version_leaves_the_old_one_as_it_is(staff):
    """Nothing happens to what was confirmed."""
    first = await staff.confirmed("CONTRACT")
    second = (await staff.try_declare(told("CONTRACT", until=None) | {"supersedes_id": first["id"]})).json()
    assert (await staff.act(second["record"], "WITHDRAW", staff.own)).status_code == 200
    assert (await staff.read(first))["state"] == "CONFIRMED"
    third = await staff.try_declare(told("CONTRACT", until=None) | {"supersedes_id": first["id"]})
    assert third.status_code == 201


async def test_a_new_version_follows_a_confirmed_record_of_the_same_kind_and_person(staff, world, answers):
    """Not one that waits, not of another kind, not another's, not one that is not there."""
    waiting = await staff.declare("DEGREE")
    contract = await staff.confirmed("CONTRACT")
    someone = await new_staff(world, staff.unit, answers)
    theirs = await someone.confirmed("DEGREE")
    for former in (waiting["id"], contract["id"], theirs["id"], staff.id):
        asked = told("DEGREE", school="西北大学") | {"supersedes_id": former}
        refused(await staff.try_declare(asked), 409, "NOT_SUPERSEDING")


async def test_a_confirmation_is_revoked_with_a_reason(staff):
    """What turned out to be wrong counts no longer, and the same can be declared rightly."""
    record = await staff.confirmed("DEGREE")
    refused(await staff.act(record, "REVOKE"), 422, "RULES_BROKEN")
    assert (await staff.act(record, "REVOKE", note="经核查系伪造")).status_code == 200
    assert (await staff.read(record))["state"] == "REVOKED"
    assert (await staff.standing())["education"] is None
    await staff.declare("DEGREE")


async def test_superseding_is_no_call_of_its_own(staff):
    """It follows from confirming the new version."""
    record = await staff.confirmed("DEGREE")
    assert "SUPERSEDE" not in (await staff.read(record, staff.reviewer))["available_actions"]
    refused(await staff.act(record, "SUPERSEDE"), 422, "REQUEST_MALFORMED")


async def test_the_same_is_not_told_twice(staff):
    """However it is written, waiting or confirmed; withdrawn it may be told again."""
    record = await staff.declare("DEGREE")
    again = told("DEGREE", school=" 青海　大学 ", certificate_number="other")
    problem = refused(await staff.try_declare(again), 409, "RECORD_EXISTS")
    assert problem["basis"]
    await staff.act(record, "CONFIRM")
    refused(await staff.try_declare(again), 409, "RECORD_EXISTS")
    await staff.declare("DEGREE", school="西北大学")
    waiting = await staff.declare("YEARLY_ASSESSMENT")
    await staff.act(waiting, "WITHDRAW", staff.own)
    await staff.declare("YEARLY_ASSESSMENT", result="COMPETENT")


async def test_of_many_at_once_one_is_kept(staff, session):
    """64 tasks tell the same at the same moment: one record, 63 refusals."""
    answers = await asyncio.gather(*(staff.try_declare(told("DEGREE")) for _ in range(64)))
    assert sorted(each.status_code for each in answers) == [201, *[409] * 63]
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"RECORD_EXISTS"}
    assert await count(session, "person_record") == 1


async def test_of_many_new_versions_at_once_one_is_kept(staff, session):
    """64 tasks declare a new version of one record, each another: one waits, 63 are refused."""
    first = await staff.confirmed("DEGREE")
    asked = [told("DEGREE", school=f"大学{n}") | {"supersedes_id": first["id"]} for n in range(64)]
    answers = await asyncio.gather(*(staff.try_declare(each) for each in asked))
    assert sorted(each.status_code for each in answers) == [201, *[409] * 63]
    assert await count(session, "person_record") == 2


async def test_of_many_decisions_at_once_one_is_taken(staff, session):
    """64 tasks confirm and refuse one record: one decision, one event."""
    record = await staff.declare("DEGREE")
    acts = [("CONFIRM", "REFUSE")[n % 2] for n in range(64)]
    answers = await asyncio.gather(*(staff.act(record, each, note="理由") for each in acts))
    assert sorted(each.status_code for each in answers) == [200, *[409] * 63]
    decided = "select count(*) from outbox where type ~ 'record.(confirmed|refused)'"
    assert await rows(session, decided) == [1]


async def test_there_are_only_so_many_of_a_kind(staff, session):
    """The policy's number also holds for 64 who come at once; a new version takes no further place."""
    asked = [told("TECHNICAL_CLASS", field=f"专业{n}") for n in range(64)]
    answers = await asyncio.gather(*(staff.try_declare(each) for each in asked))
    assert sorted(each.status_code for each in answers) == [*[201] * 5, *[422] * 59]
    assert {each.json()["code"] for each in answers if each.status_code == 422} == {"TOO_MANY_RECORDS"}
    assert await count(session, "person_record") == 5
    first = next(each.json()["record"] for each in answers if each.status_code == 201)
    await staff.act(first, "CONFIRM")
    newer = told("TECHNICAL_CLASS", field="新专业") | {"supersedes_id": first["id"]}
    assert (await staff.try_declare(newer)).status_code == 201


async def test_records_are_listed_by_kind_state_and_day(staff):
    """Each filter leaves out what it should."""
    await staff.confirmed("AID_PERIOD")
    await staff.declare("DEGREE")
    assert [each["kind"] for each in await staff.listed()] == ["DEGREE", "AID_PERIOD"]
    assert [each["kind"] for each in await staff.listed("?kind=DEGREE")] == ["DEGREE"]
    assert [each["kind"] for each in await staff.listed("?state=CONFIRMED")] == ["AID_PERIOD"]
    assert [each["kind"] for each in await staff.listed("?on=2023-01-01")] == ["DEGREE"]
    assert [each["kind"] for each in await staff.listed("?on=2022-12-31")] == ["DEGREE", "AID_PERIOD"]
    assert await staff.listed("?on=2009-01-01") == []


async def test_the_codes_that_records_take_are_told(staff):
    """Levels, classes with what they count as, honours, and who confirms: as the policy has them."""
    rules = (await staff.world.ask("GET", "/v1/records/rules", staff.own)).json()
    assert {each["code"]: each["counts_as"] for each in rules["technical_classes"]} == {
        "MIDDLE_WORKER": "SECONDARY",
        "SENIOR_WORKER": "JUNIOR_COLLEGE",
        "TECHNICIAN": "BACHELOR",
    }
    assert {each["confirmed_by"] for each in rules["kinds"] if each["kind"] == "VILLAGE_POSTING"} == {
        "SENDING_UNIT"
    }
    levels = [each["level"] for each in rules["honours"]]
    assert (levels.count("NATIONAL"), levels.count("PROVINCIAL")) == (7, 5)
