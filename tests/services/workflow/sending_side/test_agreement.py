"""The side that sends an aid-Qinghai talent agrees under seal before the declaration goes up (二（四）1（1）)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from services.kit.audit import audit_log
from services.workflow.declaration.states import State
from services.workflow.sending_side.model import SendingOpinion
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import FILES, Office, codes, record
from tests.services.workflow.declaration.test_matrix import put_into
from tests.services.workflow.season import (
    AID,
    COUNTY_CLINIC,
    HOSPITAL,
    IN_DECEMBER,
    LEVEL,
    SERIES,
    Applicant,
    Line,
)

AT_ONCE = 64
SHEET = "SENDING_SIDE_OPINION"
OWN_FILES = [*(item for item in FILES if item != "APPOINTMENT_CERTIFICATE"), SHEET]
ARTICLE = "二（四）1（1）"
BODIES = ("UNIT_HR", "AUTHORITY")


@dataclass
class Aided:
    """An aid-Qinghai talent's declaration, and who records what the sending side says."""

    office: Office
    person: Applicant
    declaration: dict[str, Any]
    receiving: str
    """A reviewer of the receiving unit."""

    async def sheet(self) -> str:
        """The sheet in force."""
        told = await self.office.read(self.declaration, self.person.token)
        return next(m["id"] for m in told["materials"] if (m["item"], m["state"]) == (SHEET, "STORED"))

    async def said(
        self, body: str, opinion: str = "AGREED", token: str | None = None, **bent: Any
    ) -> httpx.Response:
        """Record what a body said."""
        told = {
            "body": body,
            "opinion": opinion,
            "signatory": "江苏省人民医院人事处",
            "signed_on": "2023-11-15",
        }
        told |= {"material_id": await self.sheet() if "material_id" not in bent else ""} | bent
        path = f"/v1/declarations/{self.declaration['id']}/sending-opinions"
        return await self.office.call("POST", path, token or self.receiving, json=told)

    async def back(self) -> None:
        """The receiving unit looks at everything and sends the sheet back."""
        await self.office.look_through(self.declaration, self.receiving)
        items = [{"item": SHEET, "reason": "派出单位主管部门尚未同意"}]
        record(await self.office.act(self.declaration, "SEND_BACK", self.receiving, items=items))

    async def up_again(self) -> None:
        """Confirmed anew, submitted and looked at."""
        await self.office.confirm_anew(self.declaration, self.person.token)
        self.declaration = record(await self.office.act(self.declaration, "SUBMIT", self.person.token))
        await self.office.look_through(self.declaration, self.receiving)

    async def passed(self) -> dict[str, Any]:
        """The receiving unit passes it on."""
        return await self.office.passed(self.declaration, self.receiving)


async def aided(office: Office, season) -> Aided:
    """Recommended and submitted with the stamped sheet."""
    person = await season.recommended(Line.of(COUNTY_CLINIC, season.root), kind="AID_QINGHAI", route="AID")
    draft = await office.filled_in(person, OWN_FILES)
    submitted = record(await office.act(draft, "SUBMIT", person.token))
    return Aided(office, person, submitted, reviewer_of_unit(person))


def reviewer_of_unit(person: Applicant) -> str:
    """A reviewer of the unit that recommends."""
    return person.line.token("REVIEWER", person.line.nodes.index(person.line.unit))


@pytest.fixture
async def talent(office, season, at) -> Aided:
    """One at a county hospital, in December."""
    made = await aided(office, season)
    await at(IN_DECEMBER, "workflow")
    return made


@pytest.mark.clause("2.4.1.1", "2.4.1.2", "2.4.1.0")
async def test_nothing_goes_up_before_both_have_agreed(office, season, talent):
    """Asked for at the receiving unit, each body is named until it has agreed; then the short way, to the very end."""
    person, declaration = talent.person, talent.declaration
    assert (declaration["aid"], declaration["unit_id"]) == (AID, str(person.line.unit.id))
    await office.look_through(declaration, talent.receiving)
    for body in BODIES:
        refused = await office.act(declaration, "PASS", talent.receiving)
        missing = BODIES[BODIES.index(body) :]
        assert codes(refused) == ["SENDING_SIDE_NOT_AGREED"] * len(missing)
        assert {b["cite"] for each in refused.json()["findings"] for b in each["basis"]} == {ARTICLE}
        answer = await talent.said(body)
        assert (answer.status_code, answer.json()["basis"][0]["cite"]) == (201, ARTICLE)
    declaration = record(await office.act(declaration, "PASS", talent.receiving))
    for place in (3, 2, 1):
        assert declaration["at_organisation_id"] == str(person.line.nodes[place].id)
        declaration = await office.passed(declaration, person.line.token("REVIEWER", place))
    assert declaration["state"] == "AT_COMMITTEE_OFFICE"
    await office.look_through(declaration, season.office_token)
    assert record(await office.act(declaration, "ACCEPT", season.office_token))["state"] == "ACCEPTED"


@pytest.mark.clause("2.4.1.2")
async def test_of_a_provincial_unit_the_authority_is_the_last_before_the_office(office, season):
    """The department inside of the unit is no level of its own: unit, authority, committee's office; so it was foretold."""
    line = Line.of(HOSPITAL, season.root)
    name = {"id": str(season.office.id), "name": "职改办", "kind": "AUTHORITY", "level": "PROVINCE"}
    season.neighbours.know(line.path)
    season.neighbours.know([*line.path[:1], name])
    person = await season.recommended(line, kind="AID_QINGHAI", route="AID")
    draft = await office.draft(person)
    assert [(each["kind"], each["level"], each["role"]) for each in draft["chain"]] == [
        ("EMPLOYER", "PROVINCE", "REVIEWER"),
        ("AUTHORITY", "PROVINCE", "REVIEWER"),
        (None, None, "COMMITTEE_OFFICE"),
    ]
    asked = {"cycle_id": str(season.cycle_id), "series": SERIES, "level": LEVEL, "kind": "AID_QINGHAI"}
    told = await office.call(
        "GET", "/v1/review-chain", person.token, params=asked | {"unit_id": str(line.ids[3])}
    )
    assert told.status_code == 200, told.text
    assert [each["organisation_id"] for each in told.json()["stations"]] == [
        each["organisation_id"] for each in draft["chain"]
    ]


@pytest.mark.clause("2.4.1.1")
async def test_the_stamped_sheet_is_asked_of_aid_talents_alone(office, season):
    """Without it an aid talent submits nothing, on this article; nobody else is asked for it, nor may send it."""
    person = await season.recommended(kind="AID_QINGHAI", route="AID")
    draft = await office.filled_in(person, [item for item in OWN_FILES if item != SHEET])
    refused = await office.act(draft, "SUBMIT", person.token)
    assert codes(refused) == ["MATERIAL_MISSING"]
    assert [each["cite"] for each in refused.json()["findings"][0]["basis"]] == [ARTICLE]
    other = await season.recommended()
    assert codes(await office.announce(other, await office.draft(other), SHEET)) == ["ITEM_NOT_ASKED"]


@pytest.mark.clause("2.4.1.1")
async def test_who_does_not_agree_ends_the_way_up(office, talent, session):
    """It is not passed; sent back and mended, the former sheet counts for nothing, and both are heard anew."""
    assert (await talent.said("UNIT_HR")).status_code == 201
    assert (await talent.said("AUTHORITY", "NOT_AGREED")).status_code == 201
    await office.look_through(talent.declaration, talent.receiving)
    refused = await office.act(talent.declaration, "PASS", talent.receiving)
    assert codes(refused) == ["SENDING_SIDE_NOT_AGREED"]
    assert "派出单位主管部门不同意申报" in refused.json()["message"]
    again = await talent.said("AUTHORITY")
    assert (again.status_code, again.json()["code"]) == (409, "OPINION_RECORDED")
    await talent.back()
    former = await talent.sheet()
    await office.upload(talent.person, talent.declaration, SHEET, replaces_id=former)
    await talent.up_again()
    assert codes(await office.act(talent.declaration, "PASS", talent.receiving)) == [
        "SENDING_SIDE_NOT_AGREED"
    ] * len(BODIES)
    assert codes(await talent.said("UNIT_HR", material_id=former)) == ["SHEET_MISSING"]
    for body in BODIES:
        assert (await talent.said(body)).status_code == 201
    assert record(await office.act(talent.declaration, "PASS", talent.receiving))["state"] == "UNDER_REVIEW"
    path = f"/v1/declarations/{talent.declaration['id']}/sending-opinions"
    told = (await office.call("GET", path, talent.person.token)).json()["items"]
    assert [(each["round"], each["body"], each["opinion"]) for each in told] == [
        (1, "UNIT_HR", "AGREED"),
        (1, "AUTHORITY", "NOT_AGREED"),
        (2, "UNIT_HR", "AGREED"),
        (2, "AUTHORITY", "AGREED"),
    ]
    for statement in ("delete from sending_opinion", "update sending_opinion set opinion = 'AGREED'"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with session("workflow") as tx:
                await tx.execute(text(statement))


@pytest.mark.clause("2.4.1.1")
async def test_a_refusal_is_not_undone_by_taking_its_sheet_out(office, talent):
    """Whoever agreed on one sheet and then not on another does not agree, though the second sheet is gone."""
    former = await talent.sheet()
    for body in BODIES:
        assert (await talent.said(body)).status_code == 201
    await talent.back()
    later = (await office.upload(talent.person, talent.declaration, SHEET))["id"]
    await talent.up_again()
    for body, opinion in zip(BODIES, ("AGREED", "NOT_AGREED"), strict=True):
        assert (await talent.said(body, opinion, material_id=later)).status_code == 201
    await talent.back()
    record(await office.call("DELETE", f"/v1/materials/{later}", talent.person.token))
    await talent.up_again()
    assert await talent.sheet() == former
    refused = await office.act(talent.declaration, "PASS", talent.receiving)
    assert codes(refused) == ["SENDING_SIDE_NOT_AGREED"] * len(BODIES)
    for told in ("派出单位主管部门不同意申报", "尚未登记派出单位组织人事部门的同意意见"):
        assert told in refused.json()["message"]


@pytest.mark.clause("2.4.1.1")
async def test_whoever_has_it_records_and_nobody_else(office, season, session, talent):
    """Every state by everybody: only who reviews it now is heard; a refusal leaves neither row nor trace."""
    line, sheet = talent.person.line, await talent.sheet()
    # `put_into` gives it to the second of its four reviewers, the county's authority.
    tokens = {
        "reviewer here": line.token("REVIEWER", 3),
        "reviewer below": talent.receiving,
        "reviewer above": line.token("REVIEWER", 2),
        "recommender": line.token("RECOMMENDER", 3),
        "office": season.office_token,
        "applicant": talent.person.token,
        "another office": mint([seat("COMMITTEE_OFFICE", season.root, line.nodes[1])]),
    }
    hands = {("UNDER_REVIEW", "reviewer here"), ("AT_COMMITTEE_OFFICE", "office")}
    before = await traces(session)
    for state in State:
        await put_into(session, talent.declaration, state, season)
        for who, token in tokens.items():
            answer = await talent.said("UNIT_HR", token=token, material_id=str(uuid4()))
            hidden = who == "another office" or (state == "DRAFT" and who != "applicant")
            refused = "DECLARATION_NOT_FOUND" if hidden else "NOT_REVIEWING_HERE"
            code = "SHEET_MISSING" if (state, who) in hands else refused
            assert answer.json()["code"] == code, (state, who)
    assert await traces(session) == before
    await put_into(session, talent.declaration, "UNDER_REVIEW", season)
    own = mint(
        [seat("REVIEWER", *line.nodes[:4])], sub=talent.person.account_id, person_id=talent.person.person_id
    )
    assert codes(await talent.said("UNIT_HR", token=own, material_id=sheet)) == ["OWN_DECLARATION"]
    answer = await talent.said("UNIT_HR", token=tokens["reviewer here"], material_id=sheet)
    assert record(answer, 201)["organisation_id"] == str(line.nodes[3].id)


async def traces(session) -> tuple[int, int]:
    """How many opinions and entries of the audit log there are."""
    async with session("workflow") as tx:
        rows = await tx.execute(select(SendingOpinion.id))
        return len(rows.all()), len((await tx.execute(select(audit_log.c.action))).all())


async def test_what_cannot_be_is_not_recorded(office, season, talent):
    """A day to come, another material, words of one's own: refused with a code."""
    told = (await office.read(talent.declaration, talent.person.token))["materials"]
    another = next(each["id"] for each in told if each["item"] != SHEET)
    for code, bent in (
        ("SIGNED_IN_THE_FUTURE", {"signed_on": "2023-12-12"}),
        ("SHEET_MISSING", {"material_id": another}),
        ("REQUEST_MALFORMED", {"body": "HR"}),
        ("REQUEST_MALFORMED", {"opinion": "agreed, more or less"}),
        ("REQUEST_MALFORMED", {"signed_on": "2023-11-31"}),
        ("REQUEST_MALFORMED", {"signatory": "  "}),
        ("REQUEST_MALFORMED", {"signatory": "医\0院"}),
        ("REQUEST_MALFORMED", {"seal": "yes"}),
    ):
        answer = await talent.said(**{"body": "UNIT_HR"} | bent)
        assert (answer.status_code, answer.json()["code"]) == (422, code), bent
    assert await season.count(SendingOpinion) == 0


async def test_nobody_elses_sending_side_is_heard(office, season, at):
    """Staff of the unit itself have none."""
    person = await season.recommended(Line.of(COUNTY_CLINIC, season.root))
    own = Aided(office, person, await office.submitted(person), reviewer_of_unit(person))
    await at(IN_DECEMBER, "workflow")
    answer = await own.said("UNIT_HR", material_id=str(uuid4()))
    assert codes(answer) == ["NO_SENDING_SIDE"]
    assert (await own.passed())["state"] == "UNDER_REVIEW"


@pytest.mark.clause("2.4.1.1")
async def test_of_many_at_once_each_body_is_heard_once(office, season, talent):
    """Sixty-four clerks record yes and no of both at once: one word of each stands, and decides."""
    sheet = await talent.sheet()
    words = list(product(BODIES, ("AGREED", "NOT_AGREED"))) * (AT_ONCE // 4)
    answers = await asyncio.gather(*(talent.said(*each, material_id=sheet) for each in words))
    assert sorted(each.status_code for each in answers) == [201] * 2 + [409] * (AT_ONCE - 2)
    made = {record(each, 201)["body"]: record(each, 201)["opinion"] for each in answers if each.is_success}
    assert set(made) == set(BODIES)
    assert await season.count(SendingOpinion) == len(BODIES)
    await office.look_through(talent.declaration, talent.receiving)
    answer = await office.act(talent.declaration, "PASS", talent.receiving)
    assert (answer.status_code == 200) == (set(made.values()) == {"AGREED"})
