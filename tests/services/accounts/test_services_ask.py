"""What the platform's own services ask by what a file tells: whose a resident id is, which organisations are called so."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.platform.tokens import mint
from tests.services.accounts.world import PROVINCE, World, new_resident_id, refused, token_at

NUMBERS, CALLED = "/v1/people/by-number", "/v1/organisations/called"
OPENED = (
    "select actor_name, subject, detail, basis from audit_log where action = 'person.OPEN_FOR_CREDIT_CHECK'"
)


async def test_resident_ids_are_told_masked_and_with_their_account(world: World):
    """In the order asked: whoever has an account by name and id, others masked alone, and of an impossible one nothing."""
    hospital, number, nobodys = await world.hospital(), new_resident_id(), new_resident_id()
    document = {"kind": "RESIDENT_ID", "number": number}
    person = (await world.add_person(hospital, document=document))["person"]
    body = {"numbers": [nobodys, number, f"{number[:17]}?"]}
    answer = await world.ask("POST", NUMBERS, mint(kind="service"), body)
    nothing = {"person_id": None, "account_id": None, "name": None}
    assert answer.json()["items"] == [
        {"masked_number": f"{nobodys[:3]}{'*' * 11}{nobodys[-4:]}", **nothing},
        {
            "masked_number": f"{number[:3]}{'*' * 11}{number[-4:]}",
            "person_id": person["id"],
            "account_id": person["account_id"],
            "name": person["name"],
        },
        {"masked_number": None, **nothing},
    ]
    refused(await world.ask("POST", NUMBERS, token_at(world.root), body), 403, "SERVICE_ONLY")


async def test_organisations_are_found_by_what_they_are_and_were_called(world: World):
    """Below the one told, by the present or a former name, letter by letter; nothing of another subtree."""
    hospital = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    renaming = {"name": f"{hospital['name']}（新）", "reason": "机构改革"}
    renamed = await world.ask(
        "POST", f"/v1/organisations/{hospital['id']}/actions/RENAME", token_at(world.root), renaming
    )
    assert renamed.is_success, renamed.text
    other = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    names = [hospital["name"], renaming["name"], other["name"], hospital["name"][:-1]]
    token, found = mint(kind="service"), set()
    for below in (world.root, hospital):
        answer = await world.ask("POST", CALLED, token, {"below": below["id"], "names": names})
        found |= {(below["id"], each["called"], each["id"], each["name"]) for each in answer.json()["items"]}
        assert all(each["lineage_ids"][0] == world.root["id"] for each in answer.json()["items"])
    ours = {
        (hospital["name"], hospital["id"], renaming["name"]),
        (renaming["name"], hospital["id"], renaming["name"]),
    }
    assert found == {(hospital["id"], *each) for each in ours} | {
        (world.root["id"], *each) for each in (*ours, (other["name"], other["id"], other["name"]))
    }
    refused(
        await world.ask("POST", CALLED, token_at(world.root), {"below": world.root["id"], "names": names}),
        403,
        "SERVICE_ONLY",
    )


@pytest.mark.clause("1.8")
async def test_whom_a_platform_is_asked_about_is_told_to_one_service_and_audited(world: World, session: Any):
    """Name and number whole, to the service that asks credit platforms alone, each time under the check it is for."""
    hospital, number, check = await world.hospital(), new_resident_id(), str(uuid4())
    person = (await world.add_person(hospital, document={"kind": "RESIDENT_ID", "number": number}))["person"]
    path, body = f"/v1/people/{person['id']}/credit-check", {"check_id": check}
    for other in (mint(kind="service", name="workflow"), token_at(world.root, name="notifications")):
        refused(await world.ask("POST", path, other, body), 403, "SERVICE_ONLY")
    asking = mint(kind="service", name="notifications")
    answer = await world.ask("POST", path, asking, body)
    assert answer.json() == {"person_id": person["id"], "name": person["name"], "resident_id": number}
    unknown = f"/v1/people/{uuid4()}/credit-check"
    refused(await world.ask("POST", unknown, asking, body), 404, "PERSON_NOT_FOUND")
    async with session("accounts") as tx:
        (line,) = await tx.execute(text(OPENED))
    assert (line.actor_name, line.subject) == ("notifications", f"person/{person['id']}")
    assert line.detail["check"] == f"credit_check/{check}"
    assert number not in str(line.detail)
    assert line.basis[0]["cite"] == "个人信息保护法第六条"


async def test_who_has_no_resident_id_is_told_without_one(world: World):
    """A passport is no resident id, and is not told in its place."""
    passport = {"kind": "PASSPORT", "number": "E12345678", "nationality": "USA"}
    person = (await world.add_person(await world.hospital(), document=passport))["person"]
    asking = mint(kind="service", name="notifications")
    path = f"/v1/people/{person['id']}/credit-check"
    answer = await world.ask("POST", path, asking, {"check_id": str(uuid4())})
    assert answer.json()["resident_id"] is None
