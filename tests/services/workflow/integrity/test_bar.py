"""Who is barred begins nothing and goes on with nothing, anywhere, until the day is over; a finding ends what is under way."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from services.kit.outbox import outbox
from services.workflow.certificate.standing import standings
from services.workflow.contract import MisconductBarShortened
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import State
from services.workflow.declaration.steps import STEPS
from services.workflow.integrity.ending import ENDED
from services.workflow.integrity.hold import not_barred
from services.workflow.recommendation.model import Recommendation
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.integrity.archive import DOCUMENT, archived, confirmed
from tests.services.workflow.integrity.inquiry import Inquiry
from tests.services.workflow.season import COUNTY, Line


@pytest.fixture
def inquiry_about(office, season, neighbours):
    """Makes an inquiry about somebody, whom an officer of the province handles."""

    def make(person) -> Inquiry:
        neighbours.know(person.line.path)
        return Inquiry(office.http, season.root, person.person_id, person.token)

    return make


@pytest.mark.clause("1.8")
@pytest.mark.parametrize("direct", [True, False])
async def test_a_bar_ends_by_itself(office, season, session, at, direct):
    """To the last second of its last day nothing is begun, on article and document; with the next day it may be."""
    person = season.without_unit() if direct else await season.recommended()
    await archived(session, season.root, person.person_id, "2022-11-22", "2023-11-21")
    await archived(session, season.root, person.person_id, "2023-01-01", "2027-12-31", reversed_=True)
    for moment in ("2023-11-20T09:00+08:00", "2023-11-21T23:59:59+08:00"):
        await at(moment, "workflow")
        refused = await office.create(person)
        assert codes(refused) == ["BARRED"], refused.text
        assert {each["cite"] for each in refused.json()["basis"]} == {"一（八）"}
        assert DOCUMENT in refused.json()["message"]
    assert await season.count(Declaration) == 0
    await at("2023-11-22T00:00+08:00", "workflow")
    record(await office.create(person), 201)


@pytest.mark.clause("1.8")
async def test_what_is_begun_is_not_submitted(office, season, session):
    """A draft of who is barred is not submitted, on article and document."""
    person = await season.recommended()
    draft = await office.filled_in(person)
    await archived(session, season.root, person.person_id, "2023-11-01", "2025-10-31")
    refused = await office.act(draft, "SUBMIT", person.token)
    assert codes(refused) == ["BARRED"]
    (found,) = [each for each in refused.json()["findings"] if each["code"] == "BARRED"]
    assert (found["basis"][0]["cite"], DOCUMENT in found["message"]) == ("一（八）", True)


def test_the_steps_that_a_bar_stops_and_those_that_a_finding_ends():
    """What goes on asks; all that is not over is ended, but for what a meeting has before it."""
    held = {action.value for (_, action), each in STEPS.items() if not_barred in each.rules}
    assert held == {"SUBMIT", "PASS", "ACCEPT", "TABLE", "PUBLICISE", "FILE"}
    over = {"CERTIFIED", "NOT_PASSED", "WITHDRAWN", "ENDED", "REFUSED", "LAPSED", "DISQUALIFIED"}
    assert {each.value for each in ENDED} == {each.value for each in State} - over - {"IN_MEETING"}


@pytest.mark.clause("1.8", "3.6.3")
async def test_a_report_found_true_leads_to_a_finding_that_ends_what_is_under_way(
    office, season, session, inquiry_about
):
    """Found serious, the declaration and its recommendation end and the place is free; taken back, both may be begun anew."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    inquiry = inquiry_about(person)
    body = {"number": declaration["number"], "text": "病案系伪造", "anonymous": True}
    report = (await inquiry.ask(None, "POST", "/v1/reports", body)).json()["record"]["id"]
    case = {"report_id": report, "text": "伪造病案"}
    early = await inquiry.ask(inquiry.officer, "POST", "/v1/integrity/cases", case)
    assert codes(early) == ["GROUND_NOT_ESTABLISHED"]
    for action in ("TAKE_UP", "UPHOLD"):
        path = f"/v1/reports/{report}/actions/{action}"
        assert (await inquiry.ask(inquiry.officer, "POST", path, {"reason": "经核查"})).is_success
    await inquiry.opened(report_id=report)
    again = await inquiry.ask(inquiry.officer, "POST", "/v1/integrity/cases", case)
    assert codes(again) == ["CASE_EXISTS"]
    await inquiry.heard()
    await inquiry.found(kind="FORGED_MATERIALS", bar_to="2025-11-19")
    assert (await office.read(declaration, person.token))["state"] == "DISQUALIFIED"
    async with session("workflow") as tx:
        source = await tx.get_one(Recommendation, person.recommendation_id)
        types = select(func.count()).where(outbox.c.type == "titles.workflow.recommendation.ended.v1")
        assert (source.state, await tx.scalar(types)) == ("WITHDRAWN", 1)
    other = await season.recommended(again=person)
    assert codes(await office.create(other)) == ["BARRED"]
    await inquiry.did(person.token, "appeal", appeal="病案属实")
    assert (await inquiry.settle()).is_success
    anew = await office.submitted(other)
    first = other.line.ids.index(UUID(anew["at_organisation_id"]))
    passed = await office.passed(anew, other.line.token("REVIEWER", first))
    assert passed["at_organisation_id"] != anew["at_organisation_id"]


@pytest.mark.clause("1.8")
async def test_what_is_not_serious_bars_nobody_and_ends_what_it_is_about(
    office, season, session, inquiry_about
):
    """The declaration of the case ends; nothing else of the person does, and nothing is barred."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    inquiry = inquiry_about(person)
    await inquiry.opened(number=declaration["number"])
    await inquiry.heard()
    await inquiry.found(serious=False, bar_to=None)
    assert (await office.read(declaration, person.token))["state"] == "DISQUALIFIED"
    record(await office.create(await season.recommended(again=person)), 201)


@pytest.mark.clause("1.8")
async def test_on_appeal_a_bar_ends_earlier(office, season, session, inquiry_about, on):
    """By another, within what the policy allows; titles stay revoked, the archive has another line, one event leaves."""
    person = await season.recommended()
    title = confirmed(season.root.id, person.person_id, person.account_id, "63-2008-0012")
    async with session("workflow") as tx:
        tx.add(title)
    inquiry = inquiry_about(person)
    inquiry.certificates = [str(title.id)]
    await inquiry.opened(person_id=str(person.person_id))
    await inquiry.heard()
    await inquiry.found(bar_to="2026-11-19")
    await inquiry.did(person.token, "appeal", appeal="处理过重")
    for wrong in ("2024-11-18", "2026-11-19", "2027-01-01"):
        refused = await inquiry.settle(upheld=True, bar_to=wrong)
        assert codes(refused) == ["SHORTER_BAR_INVALID"]
        assert "一（八）" in {each["cite"] for each in refused.json()["basis"]}
    assert (await inquiry.settle(upheld=False, bar_to="2024-11-19")).status_code == 422
    settled = record(await inquiry.settle(upheld=True, bar_to="2024-11-19"))
    assert (settled["state"], settled["bar_to"]) == ("SHORTENED", "2024-11-19")
    path = f"/v1/integrity/records?person_id={person.person_id}"
    lines = (await inquiry.ask(person.token, "GET", path)).json()["items"]
    assert [(each["kind"], each["bar_to"]) for each in lines] == [
        ("SHORTENED", "2024-11-19"),
        ("FOUND", "2026-11-19"),
    ]
    bars = f"/v1/integrity/bars?person_id={person.person_id}"
    for moment, ends in (("2024-11-19T23:59+08:00", ["2024-11-19"]), ("2024-11-20T00:01+08:00", [])):
        await on(moment)
        told = (await inquiry.ask(person.token, "GET", bars)).json()["items"]
        assert [each["ends"] for each in told] == ends
    async with session("workflow") as tx:
        types = select(outbox.c.data["bar_to"].astext).where(outbox.c.type == MisconductBarShortened.type)
        assert list(await tx.scalars(types)) == ["2024-11-19"]
        assert (await standings(tx, [title.id]))[title.id] == "REVOKED"
    third = mint([seat("TITLE_OFFICER", season.root)], sub=uuid4())
    assert (await inquiry.settle(third, reason="法院判决撤销")).is_success
    async with session("workflow") as tx:
        assert (await standings(tx, [title.id]))[title.id] == "IN_FORCE"


@pytest.mark.clause("1.8")
async def test_a_recommendation_that_nobody_declared_on_ends_with_the_finding(
    office, season, session, inquiry_about
):
    """In publicity, it ends, and its publicity with it; an officer opens the case by the person alone."""
    person = await season.recommended(state="RESERVED")
    inquiry = inquiry_about(person)
    await inquiry.opened(person_id=str(person.person_id))
    await inquiry.heard()
    await inquiry.found(bar_to="2025-11-19")
    async with session("workflow") as tx:
        assert (await tx.get_one(Recommendation, person.recommendation_id)).state == "WITHDRAWN"
    unknown = await inquiry.ask(
        inquiry.officer, "POST", "/v1/integrity/cases", {"person_id": str(uuid4()), "text": "剽窃"}
    )
    assert codes(unknown, 404) == ["NOBODY_CONCERNED"]


async def decided(inquiry: Inquiry):
    """The finding, asked for again where the machine was too busy for it."""
    while (answer := await inquiry.decide(bar_to="2025-11-19")).status_code == 503:
        await asyncio.sleep(0)
    return answer


@pytest.mark.clause("1.8")
async def test_sixty_four_declare_against_a_finding(office, season, session, inquiry_about):
    """One person declares 64 times while it is decided: what was begun before is ended, nothing is begun after."""
    line = Line.of(COUNTY, season.root)
    person = season.without_unit(line=line)
    inquiry = inquiry_about(person)
    await inquiry.opened(person_id=str(person.person_id))
    await inquiry.heard()
    begun = [asyncio.create_task(office.create(person)) for _ in range(32)]
    deciding = asyncio.create_task(decided(inquiry))
    begun += [asyncio.create_task(office.create(person)) for _ in range(32)]
    answers = await asyncio.gather(*begun)
    assert (await deciding).is_success
    # 503: on a busy machine some wait for a connection in vain, and change nothing
    assert {each.status_code for each in answers} <= {201, 409, 422, 503}
    refused = {code for each in answers if each.status_code == 422 for code in codes(each)}
    assert refused <= {"BARRED", "ONE_DECLARATION_A_YEAR"}
    async with session("workflow") as tx:
        states = list(await tx.scalars(select(Declaration.state)))
    assert states == ["DISQUALIFIED"] * sum(each.status_code == 201 for each in answers)
    assert codes(await office.create(person)) == ["BARRED"]
