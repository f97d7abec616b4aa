"""A complaint tells nobody which numbers there are; whom one means that is not known here, the province finds out."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.integrity.archive import confirmed
from tests.services.workflow.integrity.inquiry import Inquiry

KNOWN, UNKNOWN = "63-2008-0012", "63-2008-0013"


def told(answer):
    """What a complainant sees, but for id and time."""
    body = answer.json()
    apart = {"id", "opened_at", "number"}
    seen = {name: value for name, value in (body.get("record") or {}).items() if name not in apart}
    return answer.status_code, body.get("code"), seen, body.get("basis")


@pytest.fixture
async def person(season):
    """Somebody of a department."""
    return await season.recommended()


@pytest.fixture
async def inquiry(office, season, session, neighbours, person) -> Inquiry:
    """The person holds a title of long ago; an officer of the province is there."""
    neighbours.know(person.line.path)
    async with session("workflow") as tx:
        tx.add(confirmed(person.line.ids[1], person.person_id, None, KNOWN, lineage=person.line.ids[:2]))
    return Inquiry(office.http, season.root, person.person_id, person.token)


async def complained(inquiry: Inquiry, number: str, **more):
    """A complaint that nobody signs."""
    body = {"number": number, "text": "论文剽窃", "anonymous": True, **more}
    return await inquiry.ask(None, "POST", "/v1/complaints", body)


@pytest.mark.clause("1.8", "3.6.3")
async def test_every_number_is_answered_alike(inquiry):
    """A known and an unknown number: the same receipts, and after so many of either the same refusal, however it is spelt."""
    spelt = [KNOWN, "632008 0012", "６３２００８００１２", KNOWN, "63/2008/0012", KNOWN]
    answers = [told(await complained(inquiry, each)) for each in spelt]
    others = [
        told(await complained(inquiry, each.replace("12", "13").replace("１２", "１３"))) for each in spelt
    ]
    assert [each[0] for each in answers] == [201] * 5 + [429]
    assert answers == others


@pytest.mark.clause("1.8", "3.6.3")
async def test_whom_an_unknown_number_means_is_found_out(inquiry, person):
    """The province alone has it; taken up it is once a number here, or a person, is named; then those above the unit have it."""
    receipt = record(await complained(inquiry, UNKNOWN, holder_name="李青山"), 201)
    inquiry.id = receipt["id"]
    below = mint([seat("TITLE_OFFICER", *person.line.nodes[:2])], sub=uuid4())
    path = f"/v1/integrity/cases/{inquiry.id}"
    assert codes(await inquiry.ask(below, "GET", path), 404) == ["CASE_NOT_FOUND"]
    assert codes(await inquiry.act(inquiry.officer, "actions/TAKE_UP")) == ["SOMEBODY_CONCERNED"]
    assert codes(await inquiry.act(inquiry.officer, "identify", number=UNKNOWN), 404) == ["NOBODY_CONCERNED"]
    both = await inquiry.act(inquiry.officer, "identify", number=KNOWN, person_id=str(inquiry.person_id))
    assert both.status_code == 422
    named = await inquiry.did(inquiry.officer, "identify", number=KNOWN, holder_name="李 青山")
    assert (named["person_id"], named["number"]) == (str(inquiry.person_id), UNKNOWN)
    assert (await inquiry.ask(below, "GET", path)).is_success
    assert (await inquiry.did(below, "actions/TAKE_UP"))["state"] == "INVESTIGATING"
    assert codes(await inquiry.act(inquiry.officer, "identify", number=KNOWN), 409) == [
        "ACTION_NOT_AVAILABLE"
    ]


@pytest.mark.clause("1.8")
async def test_nobody_investigates_oneself_by_naming_oneself(inquiry, season):
    """An officer who holds the title has the complaint looked into by somebody else."""
    inquiry.id = record(await complained(inquiry, UNKNOWN), 201)["id"]
    own = mint([seat("TITLE_OFFICER", season.root)], sub=uuid4(), person_id=inquiry.person_id)
    assert codes(await inquiry.act(own, "identify", number=KNOWN)) == ["YOU_ACTED_ON_IT"]
