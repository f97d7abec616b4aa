"""What may be written after a return: what was returned, and what that calls for."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from services.workflow.committee.model import Committee
from services.workflow.criteria.model import Criteria
from services.workflow.declaration.model import Declaration
from services.workflow.material.model import Material
from tests.services.workflow.applicants import CONTENT, codes, record
from tests.services.workflow.season import IN_DECEMBER

UNTITLED = {name: value for name, value in CONTENT.items() if name != "present_title"}


@pytest.mark.clause("3.1", "3.6.2")
async def test_a_present_title_told_only_now_brings_its_certificate(office, season, session, at):
    """A middle-level applicant whose present title was returned adds it and its certificate, and nothing else."""
    async with session("workflow") as tx:
        await tx.execute(update(Criteria).values(level="MIDDLE"))
        await tx.execute(update(Committee).values(levels=["MIDDLE"]))
    person = await season.recommended(level="MIDDLE")
    draft = record(await office.edit(person, await office.draft(person), UNTITLED))
    for item in ("EDUCATION_CERTIFICATE", "APPOINTMENT_CERTIFICATE", "ACHIEVEMENT"):
        await office.upload(person, draft, item)
    declaration = record(await office.act(draft, "SUBMIT", person.token))
    await at(IN_DECEMBER, "workflow")
    items = [{"item": "present_title", "reason": "已有初级资格，未填写"}]
    reviewer = person.line.token("REVIEWER", 3)
    returned = record(await office.act(declaration, "SEND_BACK", reviewer, items=items))
    early = await office.announce(person, returned, "PRESENT_TITLE_CERTIFICATE", "资格证书.png")
    assert codes(early) == ["ITEM_NOT_ASKED"]
    mended = record(await office.edit(person, returned, CONTENT))
    refused = await office.act(mended, "SUBMIT", person.token)
    assert codes(refused) == ["MATERIAL_MISSING"]
    assert codes(await office.announce(person, mended, "OTHER")) == ["NOT_RETURNED"]
    await office.upload(person, mended, "PRESENT_TITLE_CERTIFICATE")
    assert record(await office.act(mended, "SUBMIT", person.token))["state"] == "UNDER_REVIEW"


@pytest.mark.clause("2.3")
@pytest.mark.parametrize("direct", [False, True])
async def test_no_personal_data_before_the_online_test(office, season, session, neighbours, direct):
    """Without the test there is no declaration to fill in or upload into, whoever asks: no row is written anywhere."""
    person = season.without_unit() if direct else await season.recommended()
    neighbours.people[person.person_id]["test_passed"] = False
    assert codes(await office.create(person)) == ["TEST_NOT_PASSED"]
    nothing = {"id": str(uuid4()), "version": 1}
    writes = [
        await office.edit(person, nothing, CONTENT),
        await office.announce(person, nothing, "ACHIEVEMENT"),
        await office.act(nothing, "SUBMIT", person.token),
        await office.call("POST", f"/v1/materials/{nothing['id']}/upload-link", person.token),
        await office.call("DELETE", f"/v1/materials/{nothing['id']}", person.token),
    ]
    assert [each.status_code for each in writes] == [404] * len(writes)
    assert (await office.http.put("/v1/uploads/forged", content=b"%PDF-1.7")).status_code == 404
    async with session("workflow") as tx:
        for model in (Declaration, Material):
            assert await tx.scalar(select(func.count()).select_from(model)) == 0
    neighbours.people[person.person_id]["test_passed"] = True
    record(await office.edit(person, await office.draft(person), CONTENT))
