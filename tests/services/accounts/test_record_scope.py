"""Who tells, who confirms, and who reads records: at, above, below and beside the person's unit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from services.kit.auth import Principal
from services.kit.clock import SHANGHAI
from tests.platform.tokens import mint
from tests.services.accounts.records import EVIDENCE, Staff, body, new_staff, told
from tests.services.accounts.test_organisations import count
from tests.services.accounts.world import PROVINCE, World, cites, refused, seat_at, token_at

LINE = ("ORGANISATION_MANAGER", "RECOMMENDER", "REVIEWER", "TITLE_OFFICER", "COMMITTEE_OFFICE", "SUPERVISOR")


@pytest.fixture
async def staff(world, answers) -> Staff:
    """Someone of the hospital who has passed the online test."""
    return await new_staff(world, await world.hospital(), answers)


@pytest.fixture
async def beside(world) -> dict[str, Any]:
    """Another unit of the province."""
    return await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)


def above(unit: dict[str, Any]) -> dict[str, Any]:
    """The authority over a unit."""
    return {**unit, "id": unit["parent_id"], "lineage": unit["lineage"][:-1]}


@pytest.mark.parametrize("role", ["ORGANISATION_MANAGER", "RECOMMENDER"])
async def test_the_unit_tells_of_its_people(staff, role):
    """Its manager or recommender; the history says in which role."""
    record = await staff.declare("DEGREE", token_at(staff.unit, role))
    path = f"/v1/records/{record['id']}/history"
    [line] = (await staff.world.ask("GET", path, staff.own)).json()["items"]
    assert (line["role"], line["organisation_id"]) == (role, staff.unit["id"])


async def test_a_department_tells_of_its_people_and_the_unit_confirms(world, answers):
    """The department reviews before the unit; the unit answers for it."""
    hospital = await world.hospital()
    department = await world.department(hospital)
    staff = await new_staff(world, department, answers)
    record = await staff.declare("DEGREE", token_at(department))
    assert record["confirmer_id"] == hospital["id"]
    problem = refused(
        await staff.act(record, "CONFIRM", token_at(department, "REVIEWER")), 403, "NOT_YOUR_STEP"
    )
    assert cites(problem) == ["三（二）"]
    assert (await staff.act(record, "CONFIRM", token_at(hospital, "REVIEWER"))).status_code == 200


async def test_nobody_else_tells_of_a_unit_s_people(staff, beside, session):
    """Above: seen, and not theirs to tell. Beside, below, without a seat: not found. Nothing is written."""
    department = await staff.world.department(staff.unit)
    for role in LINE:
        code = refused(
            await staff.try_declare(told("DEGREE"), token_at(above(staff.unit), role)), 403, "ROLE_MISSING"
        )
        assert "ORGANISATION_MANAGER" in code["message"]
    for role in ("REVIEWER", "TITLE_OFFICER", "COMMITTEE_OFFICE", "SUPERVISOR"):
        refused(await staff.try_declare(told("DEGREE"), token_at(staff.unit, role)), 403, "ROLE_MISSING")
    someone = await new_staff(staff.world, staff.unit, None)
    for token in (
        *(token_at(place, role) for place in (beside, department) for role in LINE),
        *(token_at(staff.unit, role) for role in ("EXPERT", "OPERATOR", "APPLICANT")),
        someone.own,
        mint(),
    ):
        refused(await staff.try_declare(told("DEGREE"), token), 404, "PERSON_NOT_FOUND")
    refused(await staff.try_declare(told("DEGREE"), mint(kind="service")), 403, "ROLE_MISSING")
    assert await count(session, "person_record") == 0


async def test_only_the_unit_confirms(staff, beside):
    """Neither the person, nor the manager, nor whoever is above; beside it the record is not found."""
    record = await staff.declare("DEGREE")
    for token in (
        staff.own,
        token_at(staff.unit),
        *(token_at(above(staff.unit), role) for role in LINE),
        token_at(staff.world.root, "REVIEWER"),
        mint(kind="service"),
    ):
        for action in ("CONFIRM", "REFUSE"):
            refused(await staff.act(record, action, token, note="x"), 403, "NOT_YOUR_STEP")
    for token in (token_at(beside, "REVIEWER"), mint()):
        refused(await staff.act(record, "CONFIRM", token), 404, "RECORD_NOT_FOUND")
    assert (await staff.read(record))["state"] == "DECLARED"
    assert (await staff.act(record, "CONFIRM", token_at(staff.unit, "RECOMMENDER"))).status_code == 200


async def test_nobody_confirms_the_own_record(staff):
    """A reviewer of the unit who is the person: refused, confirming, refusing and revoking alike."""
    both = mint(
        [seat_at(staff.unit, "REVIEWER"), seat_at(staff.unit, "APPLICANT")],
        sub=staff.person["account_id"],
        person_id=staff.id,
    )
    record = await staff.declare("DEGREE")
    for action in ("CONFIRM", "REFUSE"):
        problem = refused(await staff.act(record, action, both, note="x"), 422, "RULES_BROKEN")
        assert [finding["code"] for finding in problem["findings"]] == ["OWN_RECORD"]
    await staff.act(record, "CONFIRM")
    refused(await staff.act(record, "REVOKE", both, note="x"), 422, "RULES_BROKEN")
    assert (await staff.read(record))["state"] == "CONFIRMED"


async def test_a_village_posting_is_confirmed_by_the_sending_unit(staff, beside):
    """Not by the present employer; the sending unit sees this record alone, and finds it among what awaits it."""
    record = await staff.declare("VILLAGE_POSTING", sending_unit_id=beside["id"])
    other = await staff.declare("DEGREE")
    sender = token_at(beside, "REVIEWER")
    refused(await staff.act(record, "CONFIRM"), 403, "NOT_YOUR_STEP")
    waiting = (await staff.world.ask("GET", "/v1/records", sender)).json()["items"]
    assert [each["id"] for each in waiting] == [record["id"]]
    refused(await staff.world.ask("GET", f"/v1/records/{other['id']}", sender), 404, "RECORD_NOT_FOUND")
    refused(await staff.world.ask("GET", f"/v1/people/{staff.id}/records", sender), 404, "PERSON_NOT_FOUND")
    answer = await staff.act(record, "CONFIRM", sender)
    assert cites(answer.json()) == ["三（二）", "三（一）", "一（四）3"]
    assert (await staff.standing())["village_posting"] == "YES"


async def test_a_sending_unit_is_a_legal_person_with_an_account(staff):
    """An internal department and an unknown organisation are refused with the article."""
    department = await staff.world.department(staff.unit)
    for unit in (department["id"], staff.id):
        asked = told("VILLAGE_POSTING", sending_unit_id=unit)
        problem = refused(await staff.try_declare(asked), 422, "SENDING_UNIT_UNKNOWN")
        assert (problem["field"], cites(problem)) == ("body.sending_unit_id", ["一（四）3"])
    refused(await staff.try_declare(told("VILLAGE_POSTING")), 422, "REQUEST_MALFORMED")


async def test_a_posting_has_the_posting_unit_s_statement(staff):
    """Without it there is nothing to confirm."""
    asked = told("VILLAGE_POSTING", sending_unit_id=staff.unit["id"])
    del asked["body"]["statement"]
    refused(await staff.try_declare(asked), 422, "REQUEST_MALFORMED")


async def test_what_waits_is_listed_for_those_who_confirm(staff, beside):
    """The unit's reviewer and recommender; nobody above, beside, or in another role."""
    await staff.confirmed("CONTRACT")
    waiting = await staff.declare("DEGREE")

    async def listed(token: str) -> list[str]:
        answer = await staff.world.ask("GET", "/v1/records", token)
        return [each["id"] for each in answer.json()["items"]]

    for role in ("REVIEWER", "RECOMMENDER"):
        assert await listed(token_at(staff.unit, role)) == [waiting["id"]]
    for token in (
        staff.own,
        mint(),
        token_at(staff.unit, "SUPERVISOR"),
        token_at(beside, "REVIEWER"),
        token_at(above(staff.unit), "REVIEWER"),
    ):
        assert await listed(token) == []


async def test_who_may_read_records_and_standing(staff, beside):
    """The person, the line above, our services; for all others the person is not there."""
    record = await staff.declare("DEGREE")
    asked = {"person_ids": [staff.id], "on": "2023-12-31"}
    readers = [staff.own, mint(kind="service")]
    readers += [token_at(p, role) for p in (staff.unit, above(staff.unit), staff.world.root) for role in LINE]
    department = await staff.world.department(staff.unit)
    strangers = [mint(), (await new_staff(staff.world, staff.unit, None)).own]
    strangers += [token_at(place, "REVIEWER") for place in (beside, department)]
    strangers += [token_at(staff.unit, role) for role in ("EXPERT", "OPERATOR", "APPLICANT")]
    for token, sees in (*((t, True) for t in readers), *((t, False) for t in strangers)):
        one = await staff.world.ask("GET", f"/v1/records/{record['id']}", token)
        steps = await staff.world.ask("GET", f"/v1/records/{record['id']}/history", token)
        listed = await staff.world.ask("GET", f"/v1/people/{staff.id}/records", token)
        assert [each.status_code for each in (one, steps, listed)] == [200 if sees else 404] * 3
        found = await staff.world.ask("POST", "/v1/people/records/lookup", token, {"person_ids": [staff.id]})
        standing = await staff.world.ask("POST", "/v1/people/standing", token, asked)
        assert [len(each.json()["items"]) for each in (found, standing)] == [int(sees)] * 2


async def test_an_unknown_record_and_another_s_are_refused_alike(staff, beside):
    """Nothing tells that it is there."""
    record = await staff.declare("DEGREE")
    stranger = token_at(beside, "REVIEWER")
    answers = [
        await staff.world.ask("GET", f"/v1/records/{each}", stranger) for each in (record["id"], staff.id)
    ]
    assert answers[0].json() | {"request_id": None} == answers[1].json() | {"request_id": None}


async def test_a_lookup_finds_the_live_records_of_many_in_one_statement(staff, world: World, answers):
    """Of the kinds, states and day asked for; withdrawn and superseded ones are not among them."""
    other = await new_staff(world, staff.unit, answers)
    gone = await staff.declare("CONTRACT")
    await staff.act(gone, "WITHDRAW", staff.own)
    first = await staff.confirmed("DEGREE")
    second = await other.declare("DEGREE")
    await other.declare("AID_PERIOD")

    async def found(**more: Any) -> set[str]:
        asked = {"person_ids": [staff.id, other.id], **more}
        answer = await world.ask("POST", "/v1/people/records/lookup", mint(kind="service"), asked)
        assert answer.status_code == 200, answer.text
        return {each["id"] for each in answer.json()["items"]}

    assert len(await found()) == 3
    assert await found(kinds=["DEGREE"]) == {first["id"], second["id"]}
    assert await found(states=["CONFIRMED"]) == {first["id"]}
    assert await found(on="2023-06-01") == {first["id"], second["id"]}
    assert await found(kinds=[]) == set()
    refused(
        await world.ask("POST", "/v1/people/records/lookup", staff.own, {"person_ids": [staff.id] * 101}),
        422,
        "REQUEST_MALFORMED",
    )


async def test_who_declares_again_is_who_may_declare(staff, beside):
    """A stranger does not find it, the reviewer may not, the unit's manager may."""
    record = await staff.declare("DEGREE")
    await staff.act(record, "REFUSE", note="请更正")
    path = f"/v1/records/{record['id']}"
    asked = {"body": body("DEGREE"), "evidence": EVIDENCE}
    refused(await staff.world.ask("PUT", path, token_at(beside), asked), 404, "RECORD_NOT_FOUND")
    refused(await staff.world.ask("PUT", path, staff.reviewer, asked), 403, "NOT_YOUR_STEP")
    assert (await staff.world.ask("PUT", path, token_at(staff.unit), asked)).status_code == 200


@pytest.mark.clause("3.1")
async def test_who_told_a_record_for_another_does_not_confirm_it(staff):
    """谁推荐、谁审核: what the unit enters is verified by another of the unit; who acts for the first is not another."""
    clerk = uuid4()
    telling = token_at(staff.unit, "RECOMMENDER", sub=clerk)
    record = await staff.declare("DEGREE", telling)
    told_for = {"on_behalf_of": Principal(id=clerk, name="经办甲")}
    standing_in = seat_at(staff.unit, "REVIEWER").model_copy(update=told_for)
    for same in (telling, mint([standing_in])):
        problem = refused(await staff.act(record, "CONFIRM", same), 422, "RULES_BROKEN")
        assert [each["code"] for each in problem["findings"]] == ["TWO_PERSONS"]
        assert "三（一）" in cites(problem)
    assert (await staff.read(record))["state"] == "DECLARED"
    other = token_at(staff.unit, "RECOMMENDER")
    assert (await staff.act(record, "REFUSE", other, note="日期不符")).status_code == 200
    mended = {"body": body("DEGREE", school="西北大学"), "evidence": EVIDENCE}
    path = f"/v1/records/{record['id']}"
    assert (await staff.world.ask("PUT", path, telling, mended)).status_code == 200
    refused(await staff.act(record, "CONFIRM", telling), 422, "RULES_BROKEN")
    assert (await staff.act(record, "CONFIRM", other)).status_code == 200


async def test_a_record_of_who_left_waits_at_the_department_that_looks_after_the_account(staff):
    """Without employer the caretaker confirms, so it stands in its list, and in the former unit's no more."""
    record = await staff.declare("DEGREE")
    told_of_end = {"ending": "RESIGNED", "on": date_of(staff), "reason": "辞职"}
    path = f"/v1/people/{staff.id}/employment/end"
    assert (await staff.world.ask("POST", path, token_at(staff.unit), told_of_end)).status_code == 200
    for place, waits in ((staff.world.root, [record["id"]]), (staff.unit, [])):
        answer = await staff.world.ask("GET", "/v1/records", token_at(place, "REVIEWER"))
        assert [each["id"] for each in answer.json()["items"]] == waits
    assert (await staff.act(record, "CONFIRM", token_at(staff.world.root, "REVIEWER"))).status_code == 200


def date_of(staff: Staff) -> str:
    """The day the person came to the unit."""
    return str(datetime.fromisoformat(staff.person["created_at"]).astimezone(SHANGHAI).date())


async def test_records_are_looked_up_by_id(staff, beside):
    """Several in one call, as their reader sees them, with what the reader may do; what is not the reader's is left out."""
    records = [await staff.declare(kind) for kind in ("DEGREE", "WORK_EXPERIENCE")]
    asked = {"ids": [str(uuid4()), *(each["id"] for each in records)]}
    answer = await staff.world.ask("POST", "/v1/records/lookup", staff.own, asked)
    assert {each["id"]: each for each in answer.json()["items"]} == {each["id"]: each for each in records}
    other = await staff.world.ask("POST", "/v1/records/lookup", token_at(beside, "REVIEWER"), asked)
    assert other.json()["items"] == []
