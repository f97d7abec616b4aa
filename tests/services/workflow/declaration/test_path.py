"""A declaration from its draft to its acceptance, with a return on the way."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from services.kit.outbox import outbox
from tests.services.workflow.applicants import FILES, codes, record
from tests.services.workflow.documents import pdf
from tests.services.workflow.season import IN_DECEMBER


@pytest.mark.clause("1.3.2", "2.5.3", "3.1", "3.2.1", "3.2.3")
async def test_a_declaration_is_returned_mended_and_accepted(office, season, at, session):
    """Department, hospital, authority and the committee's office each look; one item goes back and comes again."""
    person = await season.recommended()
    department, hospital, authority = (person.line.token("REVIEWER", n) for n in (3, 2, 1))
    declaration = await office.submitted(person)
    assert declaration["state"] == "UNDER_REVIEW"
    assert [each["kind"] for each in declaration["chain"]] == [
        "INTERNAL_DEPARTMENT",
        "EMPLOYER",
        "AUTHORITY",
        None,
    ]
    await at(IN_DECEMBER, "workflow")
    await office.passed(declaration, department)
    achievement = next(m for m in declaration["materials"] if m["item"] == "ACHIEVEMENT")
    record(await office.open(achievement, hospital))
    record(await office.judge(achievement, hospital, "DEFICIENT", reason="缺第二页"))
    back = record(await office.act(declaration, "SEND_BACK", hospital, note="请补齐"))
    assert back["at_organisation_id"] == str(person.line.nodes[3].id)
    assert back["returned"][0]["item"] == "ACHIEVEMENT"
    back = record(await office.act(declaration, "SEND_BACK", department))
    assert (back["state"], back["returned"][0]["reason"]) == ("RETURNED", "ACHIEVEMENT：缺第二页")

    assert codes(await office.act(declaration, "SUBMIT", person.token)) == ["RETURNED_ITEM_NOT_MENDED"]
    assert codes(await office.announce(person, declaration, "OTHER")) == ["NOT_RETURNED"]
    better = await office.announce(
        person, declaration, "ACHIEVEMENT", "病案.pdf", replaces_id=achievement["id"]
    )
    record(await office.send(record(better, 201), pdf(pages=3)))
    again = record(await office.act(declaration, "SUBMIT", person.token))
    assert (again["state"], again["round"]) == ("UNDER_REVIEW", 2)
    assert [m["state"] for m in again["materials"] if m["id"] == achievement["id"]] == ["REPLACED"]

    unseen = await office.act(declaration, "PASS", department)
    assert codes(unseen) == ["MATERIAL_NOT_OPENED", "MATERIAL_NOT_SOUND"]
    for token in (department, hospital, authority):
        await office.passed(declaration, token)
    await office.look_through(declaration, season.office_token)
    accepted = record(await office.act(declaration, "ACCEPT", season.office_token))
    assert (accepted["state"], {each["state"] for each in accepted["chain"]}) == ("ACCEPTED", {"DONE"})

    history = (await office.call("GET", f"/v1/declarations/{declaration['id']}/history", person.token)).json()
    assert [each["action"] for each in history["items"]] == [
        *("CREATE", "SUBMIT", "PASS", "SEND_BACK", "SEND_BACK", "SUBMIT"),
        *("PASS", "PASS", "PASS", "ACCEPT"),
    ]
    assert all(each["basis"] and each["actor_name"] and each["at"] for each in history["items"])
    assert history["items"][3]["organisation_id"] == str(person.line.nodes[2].id)
    returns = (await office.call("GET", f"/v1/declarations/{declaration['id']}/returns", hospital)).json()
    assert [each["to_organisation_id"] for each in returns["items"]] == [str(person.line.nodes[3].id), None]
    async with session("workflow") as tx:
        told = (await tx.scalars(select(outbox.c.data).order_by(outbox.c.seq))).all()
    assert [each["after"] for each in told] == [each["after"] for each in history["items"][1:]]
    assert set(FILES) == {m["item"] for m in accepted["materials"] if m["state"] == "STORED"}
