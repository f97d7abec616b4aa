"""A declaration from its draft to its acceptance, with a return on the way."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from services.kit.outbox import outbox
from services.workflow.contract import DeclarationMoved
from tests.files.documents import pdf
from tests.services.workflow.applicants import FILES, codes, record
from tests.services.workflow.season import IN_DECEMBER

UNANSWERED = ["RESPONSIBILITY_NOT_CONFIRMED", "SECTION_MISSING"]
"""After a return, until the applicant has answered anew for what is submitted."""


@pytest.mark.clause("1.3.2", "2.5.3", "3.1", "3.2.1", "3.2.3")
async def test_a_declaration_is_returned_mended_and_accepted(office, season, at):
    """Department, hospital, authority and the committee's office each look; one item goes back and comes again."""
    person = await season.recommended()
    department, hospital, authority = (person.line.token("REVIEWER", n) for n in (3, 2, 1))
    declaration = await office.submitted(person)
    await at(IN_DECEMBER, "workflow")
    await office.passed(declaration, department)
    await returned_for_one_item(office, person, declaration, department, hospital)
    again = await mended(office, person, declaration)
    assert (again["state"], again["round"]) == ("UNDER_REVIEW", 2)
    unseen = await office.act(declaration, "PASS", department)
    assert codes(unseen) == ["MATERIAL_NOT_OPENED", "MATERIAL_NOT_SOUND"]
    for token in (department, hospital, authority):
        await office.passed(declaration, token)
    await office.look_through(declaration, season.office_token)
    accepted = record(await office.act(declaration, "ACCEPT", season.office_token))
    assert (accepted["state"], {each["state"] for each in accepted["chain"]}) == ("ACCEPTED", {"DONE"})
    assert set(FILES) == {m["item"] for m in accepted["materials"] if m["state"] == "STORED"}


async def returned_for_one_item(office, person, declaration, department, hospital):
    """The hospital finds one material deficient; the department hands the return on to the applicant."""
    achievement = the_achievement(declaration)
    record(await office.open(achievement, hospital))
    record(await office.judge(achievement, hospital, "DEFICIENT", reason="缺第二页"))
    back = record(await office.act(declaration, "SEND_BACK", hospital, note="请补齐"))
    assert back["at_organisation_id"] == str(person.line.nodes[3].id)
    assert back["returned"][0]["item"] == "ACHIEVEMENT"
    back = record(await office.act(declaration, "SEND_BACK", department))
    assert (back["state"], back["returned"][0]["reason"]) == ("RETURNED", "ACHIEVEMENT：缺第二页")


async def mended(office, person, declaration):
    """The applicant replaces the returned file, nothing else, answers for it anew, and submits again."""
    old = the_achievement(declaration)
    told = codes(await office.act(declaration, "SUBMIT", person.token))
    assert told == [*UNANSWERED, "RETURNED_ITEM_NOT_MENDED"]
    assert codes(await office.announce(person, declaration, "OTHER")) == ["NOT_RETURNED"]
    better = await office.announce(person, declaration, "ACHIEVEMENT", "病案.pdf", replaces_id=old["id"])
    record(await office.send(record(better, 201), pdf(pages=3)))
    assert codes(await office.act(declaration, "SUBMIT", person.token)) == UNANSWERED
    await office.confirm_anew(declaration, person.token)
    again = record(await office.act(declaration, "SUBMIT", person.token))
    assert [m["state"] for m in again["materials"] if m["id"] == old["id"]] == ["REPLACED"]
    return again


def the_achievement(declaration):
    """The material that proves the achievement."""
    return next(m for m in declaration["materials"] if m["item"] == "ACHIEVEMENT")


@pytest.mark.clause("1.3.2")
async def test_every_step_says_who_for_whom_when_why_and_on_what_basis(office, season, session):
    """History tells each step with its person, organisation, instant, reason and article; events follow it."""
    person = await season.recommended()
    department, hospital = (person.line.token("REVIEWER", n, name=f"审核人{n}") for n in (3, 2))
    declaration = await office.submitted(person)
    await office.passed(declaration, department)
    await returned_for_one_item(office, person, declaration, department, hospital)
    answer = await office.call("GET", f"/v1/declarations/{declaration['id']}/history", person.token)
    steps = answer.json()["items"]
    assert [each["action"] for each in steps] == ["CREATE", "SUBMIT", "PASS", "SEND_BACK", "SEND_BACK"]
    assert all(each["basis"] and each["at"].startswith("2023-11-20") for each in steps)
    assert [each["actor_name"] for each in steps] == ["申报人", "申报人", "审核人3", "审核人2", "审核人3"]
    back = steps[3]
    assert (back["role"], back["organisation_id"]) == ("REVIEWER", str(person.line.nodes[2].id))
    assert (back["note"], back["basis"][0]["cite"]) == (
        "请补齐\n业绩成果佐证材料：ACHIEVEMENT：缺第二页",
        "三（一）",
    )
    async with session("workflow") as tx:
        steps_told = select(outbox.c.data).where(outbox.c.type == DeclarationMoved.type)
        told = (await tx.scalars(steps_told.order_by(outbox.c.seq))).all()
    assert [each["after"] for each in told] == [each["after"] for each in steps[1:]]
    assert told[0]["at_organisation_id"] == str(person.line.nodes[3].id)
