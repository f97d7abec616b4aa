"""Several declarations by their ids in one call."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.platform.statements import statements
from tests.services.workflow.applicants import record
from tests.services.workflow.copies import copied
from tests.services.workflow.season import COUNTY_CLINIC, Line


async def test_each_reader_is_told_of_what_he_or_she_may_read(office, season):
    """As lists tell them; what is another's, or nobody's, is left out, and more than two hundred are not asked for."""
    person = await season.recommended()
    other = await season.recommended(Line.of(COUNTY_CLINIC, season.root))
    submitted, draft = await office.submitted(person), await office.draft(other)
    ids = [submitted["id"], draft["id"], str(uuid4())]

    async def told(token, ids=ids):
        return await office.call("POST", "/v1/declarations/lookup", token, json={"ids": ids})

    for token, seen in (
        (person.token, [submitted["id"]]),
        (other.token, [draft["id"]]),
        (person.line.token("REVIEWER", 3), [submitted["id"]]),
        (other.line.token("REVIEWER", 3), []),
    ):
        answer = (await told(token)).json()["items"]
        assert [(each["id"], each["materials"]) for each in answer] == [(each, None) for each in seen]
    for wrong in ([str(uuid4()) for _ in range(201)], ["x"]):
        assert (await told(person.token, wrong)).json()["code"] == "REQUEST_MALFORMED"
    assert (await told(None)).status_code == 401


BELOW = ("history", "returns", "answers", "rounds", "endorsements", "sending-opinions")
WRITTEN = ("content", "materials", "asked", "findings", "sections")


async def asked(office, path, token, ids, **more):
    """What a lookup tells of declarations, by id."""
    answer = await office.call("POST", f"/v1/declarations/{path}", token, json={"ids": ids, **more})
    assert answer.status_code == 200, answer.text
    return {each["id"]: each for each in answer.json()["items"]}


async def alone(office, path, token, ids):
    """The same as single reads tell it: the answers of those that are let in; the others are refused as not found."""
    told = {}
    for each in ids:
        answer = await office.call("GET", f"/v1/declarations/{each}{path}", token)
        if answer.status_code == 200:
            told[each] = answer.json()
        else:
            assert (answer.status_code, answer.json()["code"]) == (404, "DECLARATION_NOT_FOUND")
    return told


@pytest.fixture
async def two(office, season):
    """Two declarations of different subtrees, the first returned with reasons, and everybody who might look, by token."""
    first = await season.recommended()
    second = await season.recommended(Line.of(COUNTY_CLINIC, season.root))
    office_told = {"id": str(season.office.id), "name": "职改办", "kind": "AUTHORITY", "level": "PROVINCE"}
    season.neighbours.know([*first.line.path[:1], office_told])
    here, there = first.line.token("REVIEWER", 3), second.line.token("REVIEWER", -1)
    returned, passed = await office.submitted(first), await office.submitted(second)
    await office.look_through(passed, there)
    material = returned["materials"][0]
    record(await office.open(material, here))
    record(await office.judge(material, here, "DEFICIENT", reason="公章不清"))
    record(await office.act(returned, "SEND_BACK", here))
    record(await office.act(passed, "PASS", there))
    lookers = {
        "the one": first.token,
        "the other": second.token,
        "reviewer of one": here,
        "reviewer of the other": there,
        "who recommends": first.line.token("RECOMMENDER", 2),
        "above both": first.line.token("TITLE_OFFICER", 0),
        "office": season.office_token,
        "nobody's business": first.line.token("ORGANISATION_MANAGER", 2),
    }
    return [returned["id"], passed["id"]], lookers


async def test_what_is_told_of_many_is_what_is_told_of_each(office, two):
    """To everybody: field by field, step by step; who is refused the one is not told of it among many either."""
    ids, lookers = two
    seen = set()
    for name, token in lookers.items():
        whole = await alone(office, "", token, ids)
        told = await asked(office, "lookup", token, [*ids, str(uuid4())], fields=WRITTEN)
        assert {key: {each: kept[each] for each in WRITTEN} for key, kept in told.items()} == {
            key: {each: kept[each] for each in WRITTEN} for key, kept in whole.items()
        }, name
        seen.add((name, *sorted(ids.index(each) for each in whole)))
        for path in BELOW:
            each = await alone(office, f"/{path}", token, ids)
            found = await asked(office, f"{path}/lookup", token, [*ids, str(uuid4())])
            assert {key: kept["items"] for key, kept in found.items()} == {
                key: kept["items"] for key, kept in each.items()
            }, (name, path)
            assert set(each) == set(whole)
        chains = await asked(office, "chain/lookup", token, [*ids, str(uuid4())])
        assert {
            key: {each: kept[each] for each in kept if each != "id"} for key, kept in chains.items()
        } == await alone(office, "/chain", token, ids)
    assert seen == {
        ("the one", 0),
        ("the other", 1),
        ("reviewer of one", 0),
        ("reviewer of the other", 1),
        ("who recommends", 0),
        ("above both", 0, 1),
        ("office", 0, 1),
        ("nobody's business",),
    }


async def test_an_office_that_accounts_does_not_know_spoils_no_other_chain(office, two, session):
    """The chain it ends is left out of many, and alone refused by the code that says so; the other is told."""
    [first, second], lookers = two
    async with session("workflow") as tx:
        await tx.execute(
            text("update declaration set office_id = :office where id = :id"),
            {"office": uuid4(), "id": UUID(first)},
        )
    above = lookers["above both"]
    assert set(await asked(office, "chain/lookup", above, [first, second])) == {second}
    alone = await office.call("GET", f"/v1/declarations/{first}/chain", above)
    assert (alone.status_code, alone.json()["code"]) == (422, "ORGANISATION_UNKNOWN")


async def test_nobody_looks_up_what_lies_below_without_saying_who(office, two):
    """No token, no answer; more than two hundred are not asked for at once, nor is a field that there is not."""
    ids, lookers = two
    for path in (*(f"{each}/lookup" for each in BELOW), "chain/lookup", "lookup"):
        refused = await office.call("POST", f"/v1/declarations/{path}", None, json={"ids": ids})
        assert refused.status_code == 401
        many = {"ids": [str(uuid4()) for _ in range(201)]}
        refused = await office.call("POST", f"/v1/declarations/{path}", lookers["office"], json=many)
        assert (refused.status_code, refused.json()["code"]) == (422, "REQUEST_MALFORMED")
    wrong = {"ids": ids, "fields": ["path"]}
    refused = await office.call("POST", "/v1/declarations/lookup", lookers["office"], json=wrong)
    assert refused.json()["code"] == "REQUEST_MALFORMED"


async def test_a_hundred_cost_the_statements_of_one(office, two, session):
    """Of 1, 10 and 100 declarations a lookup asks the database equally often, whatever it tells of them."""
    [first, _], lookers = two
    ids = [first, *await copied(session, first, 99)]
    ways = [("lookup", {}), ("lookup", {"fields": WRITTEN})]
    ways += [(f"{path}/lookup", {}) for path in (*BELOW, "chain")]
    for path, more in ways:
        counts = []
        for many in (1, 10, 100):
            with statements() as told:
                found = await asked(office, path, lookers["reviewer of one"], ids[:many], **more)
            assert len(found) == many, path
            counts.append(len(told))
        assert counts[0] == counts[1] == counts[2], (path, more)
    whole = await asked(office, "lookup", lookers["reviewer of one"], ids, fields=WRITTEN)
    assert {len(each["materials"]) for each in whole.values()} == {len(whole[first]["materials"])}
    for each in whole.values():
        assert [kept["reason"] for file in each["materials"] for kept in file["verdicts"]] == ["公章不清"]
