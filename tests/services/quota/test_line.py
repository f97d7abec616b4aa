"""Organisations move and merge: forms in the unit's hands and places follow, what is under way or in force stays with who has it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services import pieces
from services.accounts.contract import OrganisationMerged, OrganisationMoved, OrganisationRef
from services.kit.auth import Node
from services.quota.base import Base
from services.quota.line import tree
from services.quota.recalculation.model import StandingSum
from services.quota.staffing_import.model import StaffingImport
from tests.platform.late import Late
from tests.platform.tokens import node
from tests.services.quota.bodies import YEAR
from tests.services.quota.deciding import DECISIONS, PLANS, decided, decision, plan, planned
from tests.services.quota.ground import release
from tests.services.quota.people import Unit, ask, service_token
from tests.services.quota.staffing import Book

HRSS = ("HRSS", "PREFECTURE")


def told(line: tuple[Node, ...]) -> dict[str, Any]:
    """A line as events carry it."""
    refs = [OrganisationRef(id=n.id, name="某机构", kind=n.kind, level=n.level) for n in line]
    return {"lineage": [each.id for each in line], "line": refs}


def moved(before: Unit, to: Unit) -> OrganisationMoved:
    """The unit stands elsewhere now."""
    return OrganisationMoved(
        organisation_id=before.lineage[-1].id,
        name="某单位",
        old_parent_id=before.lineage[-2].id,
        parent_id=to.lineage[-2].id,
        parent_name="新上级",
        lineage_before=[each.id for each in before.lineage],
        **told(to.lineage),
    )


def merged(before: Unit, into: Unit) -> OrganisationMerged:
    """The unit went into another."""
    return OrganisationMerged(
        organisation_id=before.lineage[-1].id,
        name="某单位",
        into_id=into.lineage[-1].id,
        into_name="合并后的单位",
        lineage_before=[each.id for each in before.lineage],
        **told(into.lineage),
    )


@pytest.fixture
def hear(quota):
    """`await hear(event)`: deliver it."""

    async def deliver(event, status: int = 204, id: UUID | None = None) -> None:
        envelope = {
            "id": str(id or uuid4()),
            "source": "urn:titles:accounts",
            "type": event.type,
            "subject": event.subject,
            "time": "2023-11-20T01:00:00Z",
            "data": event.model_dump(mode="json"),
        }
        answer = await ask(quota, "POST", "/events", service_token(), envelope)
        assert answer.status_code == status, answer.text

    return deliver


@pytest.fixture
def elsewhere(hospital) -> Unit:
    """The hospital below a prefecture's HRSS, without an authority."""
    return Unit((hospital.lineage[0], node(*HRSS), hospital.lineage[-1]))


async def form_of(quota, form, token):
    """A form as its reader sees it."""
    return await ask(quota, "GET", f"/v1/annual-forms/{form['id']}", token)


@pytest.mark.clause("2.1.1")
async def test_a_form_in_the_units_hands_goes_the_new_way_up(quota, hospital, elsewhere, file, act, hear):
    """Submitted after the move it goes to the new HRSS, which approves it; the former authority sees it no more."""
    form = await file(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    await hear(moved(hospital, elsewhere))
    assert (await form_of(quota, form, hospital.authority)).status_code == 404
    answer = await act(form, "SUBMIT", elsewhere.recommender)
    submitted = answer.json()["record"]
    assert (submitted["state"], submitted["hrss_id"]) == ("AT_HRSS", str(elsewhere.lineage[1].id))
    assert submitted["authority_id"] is None
    approved = await act(submitted, "APPROVE", elsewhere.hrss)
    assert approved.json()["record"]["state"] == "APPROVED", approved.text


@pytest.mark.clause("2.1.1", "3.1")
async def test_a_form_under_way_stays_with_who_has_it(quota, hospital, elsewhere, file, act, hear):
    """The former authority passes it on; the new HRSS reads it and does not act."""
    form = await file(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    form = (await act(form, "SUBMIT", hospital.recommender)).json()["record"]
    for _ in range(2):
        await hear(moved(hospital, elsewhere))
    assert (await form_of(quota, form, elsewhere.hrss)).status_code == 200
    refused = await act(form, "AUTHORITY_PASS", elsewhere.hrss)
    assert refused.json()["code"] == "NOT_YOUR_STEP"
    passed = await act(form, "AUTHORITY_PASS", hospital.authority)
    assert passed.json()["record"]["state"] == "AT_HRSS"


async def test_the_new_line_reads_what_is_in_force(quota, hospital, elsewhere, approve, reserve, hear):
    """Places and the form they are counted by are read by the new HRSS; nothing of the count changes."""
    form = await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    await reserve(hospital)
    await hear(moved(hospital, elsewhere))
    assert (await form_of(quota, form, elsewhere.hrss)).json()["state"] == "APPROVED"
    listed = await ask(quota, "GET", f"/v1/reservations?unit_id={hospital.id}", elsewhere.hrss)
    assert [each["state"] for each in listed.json()["items"]] == ["HELD"]
    assert (await reserve(elsewhere)).json()["code"] == "NO_PLACE_LEFT"


async def test_who_waits_and_what_was_given_back_follow_the_unit(
    quota, hospital, elsewhere, approve, reserve, hear
):
    """The new HRSS reads who waits and the places given back; the former authority reads neither any more."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    held = (await reserve(hospital)).json()["record"]
    assert (await reserve(hospital, person_name="王草原")).json()["code"] == "NO_PLACE_LEFT"
    await release(quota, held)
    for _ in range(2):
        await hear(moved(hospital, elsewhere))
    for path, states in (("/v1/waiting", [None]), ("/v1/reservations", ["RELEASED"])):
        listed = await ask(quota, "GET", f"{path}?unit_id={hospital.id}", elsewhere.hrss)
        assert [each.get("state") for each in listed.json()["items"]] == states
        former = await ask(quota, "GET", f"{path}?unit_id={hospital.id}", hospital.authority)
        assert former.json()["items"] == []


def test_every_row_that_a_line_reads_follows():
    """Each model with a lineage has its chunk, but for what only the unit reads and what a count found on its day."""
    models = {each.class_: each.columns for each in Base.registry.mappers if issubclass(each.class_, Base)}
    kept = {model for model, columns in models.items() if "lineage" in columns}
    assert kept - {StaffingImport, StandingSum} == set(tree.CHUNKS)


async def test_after_a_merger_the_heir_reads_and_stands_for_it(
    quota, hospital, file, act, approve, reserve, hear
):
    """The unit's form and places keep their unit, below its heir, and a form waiting for the one gone goes to the heir."""
    heir = Unit((*hospital.lineage[:2], node("EMPLOYER", "PROVINCE")))
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    await reserve(hospital)
    for _ in range(2):
        await hear(merged(hospital, heir))
    listed = await ask(quota, "GET", f"/v1/annual-forms?unit_id={hospital.id}", heir.recommender)
    assert [each["state"] for each in listed.json()["items"]] == ["APPROVED"]
    listed = await ask(quota, "GET", f"/v1/reservations?unit_id={hospital.id}", heir.recommender)
    assert [each["state"] for each in listed.json()["items"]] == ["HELD"]
    authority = Unit((*hospital.lineage[:1], node("AUTHORITY", "PROVINCE")))
    other = Unit((*hospital.lineage[:2], node("EMPLOYER", "PROVINCE")))
    form = (await act(await file(other, MIDDLE=(5, 4, 0, 0)), "SUBMIT", other.recommender)).json()["record"]
    await hear(merged(Unit(hospital.lineage[:2]), authority))
    passed = await act(form, "AUTHORITY_PASS", authority.at(1, "REVIEWER"))
    assert passed.json()["record"]["state"] == "AT_HRSS", passed.text


@pytest.mark.clause("2.1.2")
async def test_a_decision_stays_with_who_made_it_and_the_new_line_reads_it(
    quota, hospital, elsewhere, approve, hear
):
    """The new HRSS reads it and neither ends nor replaces it, for the form in force is the former one's; its heir does."""
    await approve(hospital, MIDDLE=(5, 3, 0, 0))
    made = await decided(quota, hospital, MIDDLE=1)
    for _ in range(2):
        await hear(moved(hospital, elsewhere))
    path, body = f"{DECISIONS}/{made['id']}", {"version": 1, "reason": "已调整到位"}
    assert (await ask(quota, "GET", path, elsewhere.hrss)).json()["state"] == "IN_FORCE"
    assert (await ask(quota, "POST", f"{path}/actions/END", elsewhere.hrss, body)).json()[
        "code"
    ] == "NOT_YOUR_STEP"
    answer = await ask(quota, "POST", DECISIONS, elsewhere.hrss, decision(hospital, MIDDLE=2))
    assert answer.json()["code"] == "ROLE_MISSING"
    assert (await ask(quota, "POST", f"{path}/actions/END", hospital.hrss, body)).status_code == 200


@pytest.mark.clause("1.4.1")
async def test_targeted_posts_are_read_by_the_new_line_and_approved_anew_by_its_hrss(
    acquainted, directory, hear
):
    """What was approved stays; the next approval is the new HRSS's, and the former one's no more."""
    line = (("HRSS", "PROVINCE", None), ("HRSS", "PREFECTURE", None), ("HRSS", "COUNTY", None))
    unit = directory.unit(*line, ("EMPLOYER", "COUNTY", "PUBLIC_INSTITUTION"), region="632801")
    made = await planned(acquainted, unit, MIDDLE=(2, 0, 0))
    to = Unit((unit.lineage[0], node("HRSS", "PREFECTURE"), node("HRSS", "COUNTY"), unit.lineage[-1]))
    del directory.known[unit.id]
    directory.add(to, region="632621")
    await hear(moved(unit, to))
    assert (await ask(acquainted, "GET", f"{PLANS}/{made['id']}", to.hrss)).json()["state"] == "IN_FORCE"
    answer = await ask(acquainted, "POST", PLANS, unit.hrss, plan(unit, MIDDLE=(1, 0, 0)))
    assert answer.json()["code"] == "UNIT_NOT_FOUND"
    again = await planned(acquainted, to, MIDDLE=(4, 0, 0))
    assert (again["revision"], again["row_code"]) == (2, "COUNTIES_2")
    seen = await ask(acquainted, "GET", f"{PLANS}/of-unit?unit_id={unit.id}&year={YEAR}", to.recommender)
    assert seen.json()["id"] == again["id"]


async def test_an_heir_ends_the_decision_of_the_hrss_that_went_into_it(quota, school, approve, hear):
    """A prefecture's HRSS goes into another: who acts for the heir acts for it."""
    await approve(school, MIDDLE=(5, 3, 0, 0))
    made = await decided(quota, school, MIDDLE=1)
    heir = Unit((school.lineage[0], node(*HRSS)))
    await hear(merged(Unit(school.lineage[:2]), heir))
    body = {"version": 1, "reason": "已调整到位"}
    path = f"{DECISIONS}/{made['id']}/actions/END"
    answer = await ask(quota, "POST", path, heir.at(1, "TITLE_OFFICER"), body)
    assert (answer.status_code, answer.json()["record"]["state"]) == (200, "ENDED"), answer.text


async def test_a_staffing_ledger_is_read_by_the_new_line(quota, hospital, elsewhere, hear):
    """After a move the new HRSS reads it and the former authority does not; the unit writes on as before."""
    book = Book(quota, hospital)
    await book.record("OPENING_POST", "李青山", level="MIDDLE")
    for _ in range(2):
        await hear(moved(hospital, elsewhere))
    path = f"/v1/staffing/movements?unit_id={hospital.id}"
    assert (await ask(quota, "GET", path, elsewhere.hrss)).status_code == 200
    assert (await ask(quota, "GET", path, hospital.authority)).status_code == 404
    await Book(quota, elsewhere).record("RETIRED", "李青山")
    assert (await book.figures()) == {"MIDDLE": (0, 0, 0, 1)}


async def test_a_merged_units_staffing_ledger_is_its_heirs_to_read(quota, hospital, hear):
    """It keeps its unit, below the heir; nobody writes into it any more but who had the right before."""
    heir = Unit((*hospital.lineage[:2], node("EMPLOYER", "PROVINCE")))
    await Book(quota, hospital).record("OPENING_POST", "李青山", level="MIDDLE")
    for _ in range(2):
        await hear(merged(hospital, heir))
    path = f"/v1/staffing/movements?unit_id={hospital.id}"
    told = await ask(quota, "GET", path, heir.recommender)
    assert [each["cause"] for each in told.json()["items"]] == ["OPENING_POST"]
    refused = await Book(quota, hospital).ask("RETIRED", "李青山", by=heir.recommender)
    assert refused.json()["code"] == "ROLE_MISSING"


async def test_who_is_late_with_a_piece_changes_nothing(
    quota, hospital, elsewhere, approve, reserve, hear, session, monkeypatch
):
    """A delivery that was given up wakes after the event was handled, and the unit's next move after it."""
    await approve(hospital, ASSOCIATE_SENIOR=(9, 4, 0, 0))
    await reserve(hospital)
    beyond = Unit((hospital.lineage[0], node(*HRSS), hospital.lineage[-1]))
    same, late = uuid4(), Late(monkeypatch)
    given_up = asyncio.create_task(hear(moved(hospital, elsewhere), id=same))
    await late.waits.wait()
    await asyncio.gather(*(hear(moved(hospital, elsewhere), id=same) for _ in range(2)))
    await hear(moved(elsewhere, beyond))
    late.goes.set()
    await given_up
    async with session("quota") as tx:
        told = await tx.scalars(text("select lineage from reservation"))
        assert [tuple(each) for each in told] == [tuple(node.id for node in beyond.lineage)]


async def test_a_big_move_goes_on_where_it_stopped(
    quota, hospital, elsewhere, approve, reserve, hear, session, monkeypatch
):
    """With chunks of one and no time nothing is lost: the next delivery does the rest."""
    await approve(hospital, ASSOCIATE_SENIOR=(9, 4, 0, 0))
    for _ in range(4):
        await reserve(hospital)
    monkeypatch.setattr(tree, "AT_ONCE", 1)
    monkeypatch.setattr(pieces, "SECONDS", -1.0)
    await hear(moved(hospital, elsewhere), 503)
    monkeypatch.setattr(pieces, "SECONDS", 60.0)
    await hear(moved(hospital, elsewhere))
    async with session("quota") as tx:
        lines = set(await tx.scalars(text("select lineage::text from reservation")))
    assert lines == {"{" + ",".join(str(each.id) for each in elsewhere.lineage) + "}"}
