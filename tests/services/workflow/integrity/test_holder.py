"""A case about an imported certificate whose holder is not known here; once the holder is, it binds him or her."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.workflow.certificate import standing
from services.workflow.historic.model import HistoricImport
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.integrity.archive import confirmed
from tests.services.workflow.integrity.inquiry import Inquiry

NUMBER, MASKED = "青职证〔2008〕第12号", "6301**********001X"
EVIDENCE = {"document_number": "青人社厅函〔2024〕20号", "evidence": "身份证与证书底册一致"}


@pytest.fixture
async def title(season, session) -> str:
    """An old certificate of the province, imported while its holder had no account; its id."""
    line = [season.root.id]
    made = HistoricImport(
        id=uuid4(), province="qinghai", organisation_id=line[0], organisation_name="省厅", by_hrss=True, lineage=line,
        account_id=uuid4(), actor_name="专人", file_name="历史.csv", sha256="0" * 64, state="DONE",
    )  # fmt: skip
    told = {"origin": "IMPORTED", "import_id": made.id, "import_row": 1, "masked_resident_id": MASKED}
    row = confirmed(season.root.id, None, None, NUMBER, holder_name="申报人", **told)
    async with session("workflow") as tx:
        tx.add(made)
        await tx.flush()
        tx.add(row)
    return str(row.id)


@pytest.fixture
async def person(season, neighbours):
    """Whose it turns out to be."""
    found = await season.recommended()
    neighbours.know(found.line.path)
    return found


@pytest.fixture
async def inquiry(office, season, person, title) -> Inquiry:
    """A case about the certificate, by its number and the name printed on it."""
    made = Inquiry(office.http, season.root, person.person_id, person.token)
    made.certificates = [title]
    await made.opened(number="青职证(2008)第12号", holder_name="申报人")
    return made


async def linked(inquiry: Inquiry, title: str, token: str | None = None, **changed: Any):
    """Tell whose the certificate is."""
    body = {"person_id": str(inquiry.person_id), **EVIDENCE, **changed}
    return await inquiry.ask(token or inquiry.officer, "POST", f"/v1/certificates/{title}/holder", body)


async def records(inquiry: Inquiry, token: str) -> list[tuple[str, str | None, str | None]]:
    """The archive, newest first."""
    found = (await inquiry.ask(token, "GET", "/v1/integrity/records")).json()["items"]
    return [(each["kind"], each["person_id"], each["bar_to"]) for each in found]


@pytest.mark.clause("1.8", "1.3.3")
async def test_what_was_found_of_a_certificate_binds_its_holder(office, season, inquiry, person, title, on):
    """Found while nobody is known: revoked, archived, nobody barred. Linked: barred, what is under way ends, and appeals."""
    await inquiry.did(inquiry.officer, "notify", charge="证书系伪造业绩取得")
    assert codes(await inquiry.decide(bar_to="2025-11-19")) == ["PERSON_WAS_HEARD"]
    await on("2023-11-28T09:00+08:00")
    other = await inquiry.decide(bar_to="2025-11-19", certificate_ids=[str(uuid4())])
    assert codes(other) == ["NOT_THEIR_CERTIFICATE"]
    found = await inquiry.found(bar_to="2025-11-19")
    assert (found["person_id"], found["certificate_numbers"]) == (None, [NUMBER])
    assert await records(inquiry, inquiry.officer) == [("FOUND", None, "2025-11-19")]
    assert await records(inquiry, person.token) == []
    draft = record(await office.create(person), 201)
    await on("2024-01-08T09:00+08:00")
    held = record(await linked(inquiry, title))
    assert (held["standing"], held["changes"][-1]["kind"]) == ("REVOKED", "LINKED")
    asked = "/v1/certificates/verify?number=青职证〔2008〕第12号&name=申报人"
    told = (await inquiry.ask(None, "GET", asked)).json()
    assert (told["standing"], told["since"]) == ("REVOKED", "2023-11-28")
    assert (await office.read(draft, person.token))["state"] == "DISQUALIFIED"
    whose = str(person.person_id)
    assert await records(inquiry, person.token) == [("LINKED", whose, "2025-11-19")]
    bars = await inquiry.ask(person.token, "GET", f"/v1/integrity/bars?person_id={whose}")
    assert [each["ends"] for each in bars.json()["items"]] == ["2025-11-19"]
    appealed = await inquiry.did(person.token, "appeal", appeal="业绩属实")
    assert appealed["appeal_by"] == "2024-01-29"
    assert (await inquiry.settle()).is_success
    assert (await records(inquiry, person.token))[0] == ("REVERSED", whose, None)
    bars = await inquiry.ask(person.token, "GET", f"/v1/integrity/bars?person_id={whose}")
    assert bars.json()["items"] == []
    mine = await inquiry.ask(person.token, "GET", f"/v1/certificates/{title}")
    assert mine.json()["standing"] == "IN_FORCE"


@pytest.mark.clause("1.8", "1.3.3")
async def test_who_is_linked_while_a_charge_is_out_is_heard_anew(inquiry, person, title, on):
    """The days to be heard begin with the link; then it goes on as with anybody."""
    await inquiry.did(inquiry.officer, "notify", charge="证书系伪造业绩取得")
    await on("2023-11-28T09:00+08:00")
    record(await linked(inquiry, title))
    refused = await inquiry.decide(bar_to="2025-11-19")
    assert codes(refused) == ["PERSON_WAS_HEARD"]
    told = await inquiry.did(person.token, "statement", statement="业绩属实")
    assert (told["answer_by"], told["person_id"]) == ("2023-12-05", str(person.person_id))
    await inquiry.found(bar_to="2025-11-19")
    assert await records(inquiry, person.token) == [("FOUND", str(person.person_id), "2025-11-19")]


@pytest.mark.clause("1.3.3")
async def test_whose_a_certificate_is_is_told_once_on_evidence(
    season, session, neighbours, inquiry, person, title
):
    """By who issued it, by a document, of who bears name and number on it, never of oneself; the row itself says no to the rest."""
    below = mint([seat("TITLE_OFFICER", *person.line.nodes[:2])], sub=uuid4())
    assert codes(await linked(inquiry, title, below), 404) == ["CERTIFICATE_NOT_FOUND"]
    supervisor = mint([seat("SUPERVISOR", season.root)], sub=uuid4())
    assert codes(await linked(inquiry, title, supervisor), 403) == ["NOT_WHO_ISSUED_IT"]
    own = mint([seat("TITLE_OFFICER", season.root)], sub=uuid4(), person_id=inquiry.person_id)
    for code, status, token, changed in (
        ("DOCUMENT_NUMBER_INVALID", 422, None, {"document_number": "20号"}),
        ("HOLDER_UNKNOWN", 404, None, {"person_id": str(uuid4())}),
        ("HOLDER_IS_YOU", 422, own, {}),
    ):
        assert codes(await linked(inquiry, title, token, **changed), status) == [code]
    known = neighbours.people[person.person_id]
    known["name"] = "别人"
    assert codes(await linked(inquiry, title)) == ["HOLDER_NAME_DIFFERS"]
    known["name"] = "申 报人"
    record(await linked(inquiry, title))
    assert codes(await linked(inquiry, title), 409) == ["HOLDER_KNOWN"]
    for change in ("person_id = null", "person_id = gen_random_uuid()", "holder_name = '别人'"):
        with pytest.raises(DBAPIError, match=r"told once|permission denied"):
            async with session("workflow") as tx:
                await tx.execute(text(f"update certificate set {change} where id = :id"), {"id": title})


@pytest.mark.clause("1.3.3")
async def test_who_bears_the_corrected_name_is_its_holder_wherever_employed(
    neighbours, inquiry, person, title
):
    """Asked for by the old row, name and number are held against what came in its place; the officer need not see the person."""
    corrections, document = "/v1/certificate-corrections", EVIDENCE["document_number"]
    body = {
        "certificate_id": title,
        "field": "HOLDER_NAME",
        "value": "申报仁",
        "reason": "误",
        "evidence": "证",
    }
    asked = record(await inquiry.ask(inquiry.officer, "POST", corrections, body), 201)
    step = f"{corrections}/{asked['id']}/actions/APPROVE"
    approved = record(await inquiry.ask(inquiry.other, "POST", step, {"document_number": document}))
    assert codes(await linked(inquiry, title)) == ["HOLDER_NAME_DIFFERS"]
    neighbours.people[person.person_id]["name"] = "申报仁"
    neighbours.unseen.add(person.person_id)
    held = record(await linked(inquiry, title))
    assert (held["id"], held["holder_name"]) == (approved["replacement_id"], "申报仁")


WAITING = "select count(*) from pg_locks where locktype = 'advisory' and not granted"


@pytest.mark.clause("1.8", "1.3.3")
async def test_a_case_that_comes_while_the_holder_is_told_is_about_the_holder(
    inquiry, person, title, session
):
    """It waits for who tells whose the certificate is, and has no chance to stay about nobody."""
    body = {"number": NUMBER, "holder_name": "申报人", "text": "业绩系伪造"}
    whose = {"id": title, "person": person.person_id, "account": person.account_id}
    told = "update certificate set person_id = :person, account_id = :account where id = :id"
    async with session("workflow") as tx:
        await standing.lock(tx, UUID(title))
        await tx.execute(text(told), whose)
        opening = asyncio.create_task(inquiry.ask(inquiry.officer, "POST", "/v1/integrity/cases", body))
        while not opening.done() and not await tx.scalar(text(WAITING)):
            await asyncio.sleep(0.01)
    assert record(await opening, 201)["person_id"] == str(person.person_id)
