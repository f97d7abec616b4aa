"""A mistyped document is corrected or removed by the employer's manager: with a reason, audited, told to the person."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.services.accounts.matrix import (
    MANAGER,
    Asking,
    Request,
    cells,
    places_around,
    tokens_without_role,
    walk,
    without_role,
)
from tests.services.accounts.test_documents import add, document
from tests.services.accounts.test_organisations import count
from tests.services.accounts.world import PROVINCE, World, new_resident_id, refused, token_at

ONE = "/v1/people/{person_id}/documents/{document_id}"
MENDING_MAY: dict[str, dict[str, set[str]]] = {
    f"PUT {ONE}": {"AT": MANAGER},
    f"DELETE {ONE}": {"AT": MANAGER},
}
REASON = "录入时看错一位"
PASSPORT = document("PASSPORT", "E31415926", "NPL")


@pytest.fixture
async def person(world: World) -> dict[str, Any]:
    """Someone of the hospital with a resident id and a passport."""
    hospital = await world.hospital()
    made = (await world.add_person(hospital))["person"]
    answer = await add(world, made, token_at(hospital), PASSPORT)
    found: dict[str, Any] = answer.json()["record"]
    return found


async def mend(
    world: World, person: dict[str, Any], which: int, told: dict[str, Any] | None, **more: Any
) -> httpx.Response:
    """Correct a document, or with nothing told remove it; by the employer's manager unless another token is given."""
    path = f"/v1/people/{person['id']}/documents/{person['documents'][which]['id']}"
    token = more.pop("token", None) or token_at(await world.hospital())
    body = {"reason": REASON} | ({"document": told} if told else {}) | more
    return await world.ask("PUT" if told else "DELETE", path, token, body)


@pytest.mark.clause("2.2.1")
async def test_a_mistyped_number_is_corrected(world, session, person):
    """The same document with the right number: found by it, audited masked, told to the person without any number."""
    right, wrong = new_resident_id(), person["documents"][0]["masked_number"]
    answer = await mend(world, person, 0, document("RESIDENT_ID", right))
    assert answer.status_code == 200, answer.text
    now = answer.json()["record"]
    assert [each["id"] for each in now["documents"]] == [each["id"] for each in person["documents"]]
    assert now["masked_resident_id"] == f"{right[:3]}***********{right[-4:]}"
    other = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    again = await world.ask("POST", "/v1/people", token_at(other), world.person(other, number=right))
    refused(again, 409, "PERSON_EXISTS")
    async with session("accounts") as tx:
        sql = "select detail from audit_log where action = 'person.DOCUMENT_CORRECTED'"
        detail = await tx.scalar(text(sql))
        event = await tx.scalar(text("select data from outbox where type like '%document_changed%'"))
    masked = {"before": wrong, "after": now["masked_resident_id"]}
    assert detail == {"kind": "RESIDENT_ID", "reason": REASON, **masked}
    told = {
        "person_id": person["id"],
        "document_kind": "RESIDENT_ID",
        "change": "CORRECTED",
        "reason": REASON,
    }
    assert event == told


async def test_a_document_that_is_not_the_persons_is_removed(world, session, person):
    """The passport goes, and is free for whom it belongs to; the resident id stays."""
    answer = await mend(world, person, 1, None)
    assert answer.status_code == 200, answer.text
    assert [each["kind"] for each in answer.json()["record"]["documents"]] == ["RESIDENT_ID"]
    await world.add_person(await world.hospital(), document=PASSPORT)
    refused(await mend(world, person, 1, None), 404, "DOCUMENT_NOT_FOUND")
    async with session("accounts") as tx:
        event = await tx.scalar(text("select data from outbox where type like '%document_changed%'"))
    assert (event["change"], event["document_kind"]) == ("REMOVED", "PASSPORT")


@pytest.mark.clause("2.2.1")
async def test_the_last_lasting_document_stays(world, session, person):
    """A passport is renewed under another number: a resident id neither goes nor becomes one; nor does the last of all."""
    refused(await mend(world, person, 0, None), 422, "LAST_DOCUMENT")
    refused(await mend(world, person, 0, document("PASSPORT", "E27182818", "NPL")), 422, "LAST_DOCUMENT")
    hospital = await world.hospital()
    foreign = (await world.add_person(hospital, document=document("PASSPORT", "E16180339", "USA")))["person"]
    refused(await mend(world, foreign, 0, None), 422, "LAST_DOCUMENT")
    assert await count(session, "person_document") == 3
    assert await count(session, "audit_log where action like 'person.DOCUMENT_%'") == 0


@pytest.mark.clause("2.2.1")
async def test_a_number_of_somebody_else_is_refused_and_says_where(world, session, person):
    """Another's, one's own twice, an impossible one, a reason that holds a number: nothing changes."""
    other = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    number = new_resident_id(born="19790101")
    await world.add_person(other, number=number, name="索南")
    problem = refused(
        await mend(world, person, 0, document("RESIDENT_ID", number)), 409, "DOCUMENT_ELSEWHERE"
    )
    assert other["name"] in problem["message"]
    assert number not in str(problem)
    assert "索南" not in str(problem)
    second = new_resident_id(born="19790202")
    added = await add(world, person, token_at(await world.hospital()), document("RESIDENT_ID", second))
    twice = added.json()["record"]
    refused(await mend(world, twice, 0, document("RESIDENT_ID", second)), 409, "DOCUMENT_TWICE")
    refused(await mend(world, person, 0, document("RESIDENT_ID", "1" * 18)), 422, "DOCUMENT_WRONG")
    for reason in ("x", f"应为{second}", "应为" + "".join(chr(ord(c) + 0xFEE0) for c in second)):
        told = document("RESIDENT_ID", new_resident_id())
        refused(await mend(world, person, 0, told, reason=reason), 422, "REQUEST_MALFORMED")
    hospital = token_at(await world.hospital())
    now = (await world.ask("GET", f"/v1/people/{person['id']}", hospital)).json()
    assert now["documents"] == twice["documents"]
    assert await count(session, "audit_log where action like 'person.DOCUMENT_%'") == 0


async def test_of_64_corrections_to_one_number_one_is_made(world, session):
    """Eight people, eight tries each: the number ends on one account, and everybody keeps a document."""
    hospital = await world.hospital()
    numbers = [new_resident_id(born=f"197706{day:02}") for day in range(1, 9)]
    people = [(await world.add_person(hospital, number=number))["person"] for number in numbers]
    wanted = document("RESIDENT_ID", new_resident_id(born="19660606"))
    answers = await asyncio.gather(*(mend(world, people[n % 8], 0, wanted) for n in range(64)))
    assert Counter(answer.status_code for answer in answers) == {200: 8, 409: 56}
    assert len({each.json()["record"]["id"] for each in answers if each.status_code == 200}) == 1
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"DOCUMENT_ELSEWHERE"}
    assert await count(session, "person_document") == 8


async def test_removed_while_another_adds_it_the_document_is_somewhere(world, session, person):
    """Whoever waited for the removal gets the document; it is never lost and never twice there."""
    hospital = await world.hospital()
    other = (await world.add_person(hospital, number=new_resident_id(born="19680101")))["person"]
    removed, added = await asyncio.gather(
        mend(world, person, 1, None), add(world, other, token_at(hospital), PASSPORT)
    )
    assert removed.status_code == 200, removed.text
    assert added.status_code in {201, 409}, added.text
    kept = await count(session, "person_document where kind = 'PASSPORT'")
    assert kept == (1 if added.status_code == 201 else 0)


@pytest.fixture
def asking(world: World, person: dict[str, Any]) -> Asking:
    """How the person's passport is corrected or removed; it is there again each time."""

    async def ask(operation: str) -> Request:
        token = token_at(await world.hospital())
        now = (await add(world, person, token, PASSPORT)).json()["record"]
        [which] = [each["id"] for each in now["documents"] if each["kind"] == "PASSPORT"]
        method, path = operation.format(person_id=person["id"], document_id=which).split(" ")
        return method, path, {"reason": REASON} | ({"document": PASSPORT} if method == "PUT" else {})

    return ask


async def test_each_role_gets_through_exactly_where_it_may(world, asking):
    """The employer's manager, and nobody above, below or beside."""
    places = await places_around(world, await world.hospital())
    for operation in MENDING_MAY:
        assert await walk(world, places, operation, asking) == cells(MENDING_MAY, operation), operation


async def test_whoever_holds_no_role_there(world, person, asking):
    """Neither the person, nor a colleague, nor a service."""
    hospital = await world.hospital()
    tokens = await tokens_without_role(world, hospital, world.applicant(person, hospital))
    assert await without_role(world, MENDING_MAY, asking, tokens) == {}
