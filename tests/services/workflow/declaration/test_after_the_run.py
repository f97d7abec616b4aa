"""After the year's run nothing moves: what was not accepted lapses, and its place is given back (三（六）)."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, text

from services.kit.outbox import outbox
from services.workflow.contract import DeclarationMoved, RecommendationEnded
from services.workflow.cycle.model import Cycle
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import State
from services.workflow.declaration.worker import Sweep
from services.workflow.recommendation.model import Recommendation
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.line.news import hear, left
from tests.services.workflow.season import HOSPITAL, IN_DECEMBER, IN_NOVEMBER, Line

LAST_DAY = "2024-01-31T23:59+08:00"
NEXT_DAY = "2024-02-01T00:00+08:00"
UNFINISHED = ["DRAFT", "UNDER_REVIEW", "RETURNED", "AT_COMMITTEE_OFFICE"]
DECIDED = [
    "ACCEPTED",
    "IN_MEETING",
    "PASSED",
    "NOT_PASSED",
    "IN_RESULT_PUBLICITY",
    "CERTIFIED",
    "WITHDRAWN",
    "ENDED",
]


@pytest.fixture
def sweep(workflow_app):
    """The sweep of this process."""
    return workflow_app.state.sweep


async def standing_in(office, season, at, state):
    """A person and the declaration in that state; it is December then."""
    line = Line.of(HOSPITAL, season.root)
    person = await season.recommended(line)
    declaration = await (office.draft if state == "DRAFT" else office.submitted)(person)
    await at(IN_DECEMBER, "workflow")
    if state == "RETURNED":
        items = [{"item": "ACHIEVEMENT", "reason": "缺页"}]
        answer = await office.act(declaration, "SEND_BACK", line.token("REVIEWER", -1), items=items)
        declaration = record(answer)
    if state == "AT_COMMITTEE_OFFICE":
        for place in (3, 2, 1):
            declaration = await office.passed(declaration, line.token("REVIEWER", place))
    assert declaration["state"] == state
    return person, declaration


async def told(session, event):
    """What was published of a kind."""
    async with session("workflow") as tx:
        return list(
            await tx.scalars(select(outbox.c.data).where(outbox.c.type == event.type).order_by(outbox.c.seq))
        )


async def recommendation_of(session, person):
    """Where the person's recommendation stands."""
    async with session("workflow") as tx:
        return (await tx.get(Recommendation, person.recommendation_id)).state


async def put_into(session, state):
    """Set every declaration as it stands in `state`."""
    async with session("workflow") as tx:
        await tx.execute(text("update declaration set state = :state"), {"state": state})


@pytest.mark.clause("3.6.0")
@pytest.mark.parametrize("state", UNFINISHED)
async def test_after_the_run_nobody_withdraws(office, season, session, at, state):
    """On the last day the applicant still may; the day after it is refused on the article of the run."""
    person, declaration = await standing_in(office, season, at, state)
    await at(NEXT_DAY, "workflow")
    refused = await office.act(declaration, "WITHDRAW", person.token)
    assert codes(refused) == ["RUN_OVER"]
    assert [each["cite"] for each in refused.json()["basis"]] == ["三（六）"]
    assert await recommendation_of(session, person) == "CONFIRMED"
    await at(LAST_DAY, "workflow")
    assert record(await office.act(declaration, "WITHDRAW", person.token))["state"] == "WITHDRAWN"


@pytest.mark.clause("3.6.0", "A2.n2.deemed")
@pytest.mark.parametrize("state", UNFINISHED)
async def test_what_was_not_accepted_lapses_and_gives_its_place_back(
    office, season, session, at, sweep, state
):
    """Not on the last day; the day after, once, told to applicant and unit, with the article in its history."""
    person, declaration = await standing_in(office, season, at, state)
    await at(LAST_DAY, "workflow")
    assert await sweep.once() == 0
    assert (await office.read(declaration, person.token))["state"] == state
    await at(NEXT_DAY, "workflow")
    assert [await sweep.once(), await sweep.once()] == [1, 0]
    now = await office.read(declaration, person.token)
    assert (now["state"], now["at_organisation_id"], now["available_actions"]) == ("LAPSED", None, [])
    assert await recommendation_of(session, person) == "WITHDRAWN"
    (end,) = await told(session, RecommendationEnded)
    assert (end["person_id"], "截止" in end["reason"]) == (str(person.person_id), True)
    last = (await told(session, DeclarationMoved))[-1]
    assert (last["action"], last["before"], last["after"]) == ("LAPSE", state, "LAPSED")
    path = f"/v1/declarations/{declaration['id']}/history"
    line = (await office.call("GET", path, person.token)).json()["items"][-1]
    assert (line["action"], line["actor_name"], [b["cite"] for b in line["basis"]]) == (
        "LAPSE",
        "workflow",
        ["三（六）", "三（六）3"],
    )


@pytest.mark.clause("3.6.0")
@pytest.mark.parametrize("state", DECIDED)
async def test_what_a_committee_has_stays(office, season, session, at, sweep, state):
    """Accepted, voted, certified or over: the sweep leaves it alone."""
    await office.draft(await season.recommended())
    await put_into(session, state)
    await at(NEXT_DAY, "workflow")
    assert await sweep.once() == 0


@pytest.mark.clause("3.6.0")
async def test_an_extended_run_lets_nothing_lapse(office, season, session, at, sweep):
    """As long as the run lasts by a published extension, declarations live, and are withdrawn."""
    person = await season.recommended()
    draft = await office.draft(person)
    async with session("workflow") as tx:
        cycle = await tx.get(Cycle, season.cycle_id)
        cycle.windows = [
            each | ({"closes": "2024-02-29"} if each["name"] == "RUN" else {}) for each in cycle.windows
        ]
    await at("2024-02-29T23:59+08:00", "workflow")
    assert await sweep.once() == 0
    assert record(await office.act(draft, "WITHDRAW", person.token))["state"] == "WITHDRAWN"


async def test_who_declares_directly_lapses_without_a_place(office, season, session, at, sweep):
    """Without a unit there is no recommendation to end."""
    person = season.without_unit()
    draft = await office.draft(person)
    await at(NEXT_DAY, "workflow")
    assert await sweep.once() == 1
    assert (await office.read(draft, person.token))["state"] == "LAPSED"
    assert await told(session, RecommendationEnded) == []


async def test_a_lapsed_declaration_makes_room_for_another(office, season, session, at, sweep):
    """Where the province reopens the time, who lapsed is recommended and declares again."""
    person = await season.recommended()
    first = await office.draft(person)
    await at(NEXT_DAY, "workflow")
    assert await sweep.once() == 1
    await at(IN_NOVEMBER, "workflow")
    again = await season.recommended(person.line, again=person)
    second = await office.draft(again)
    assert (second["state"], second["id"] != first["id"]) == ("DRAFT", True)


@pytest.mark.clause("3.6.0", "A2.n2.deemed")
async def test_several_processes_sweep_and_each_place_is_given_back_once(
    office, season, session, at, http, workflow_app
):
    """Four sweeps beside applicants who withdraw and people who leave: one end and one lapse of each."""
    people = [await season.recommended() for _ in range(6)]
    drafts = [await office.draft(each) for each in people]
    state = workflow_app.state
    others = [Sweep(state.db, state.policies, simulated=True) for _ in range(4)]
    await at(NEXT_DAY, "workflow")
    swept, *answers = await asyncio.gather(
        asyncio.gather(*(each.once() for each in others)),
        *(office.act(draft, "WITHDRAW", person.token) for person, draft in zip(people, drafts, strict=True)),
        *(hear(http, left(person)) for person in people[:2]),
    )
    assert sum(swept) == len(people)
    assert {each.status_code for each in answers} <= {204, 409, 422}
    lapses = [
        each["declaration_id"] for each in await told(session, DeclarationMoved) if each["action"] == "LAPSE"
    ]
    assert sorted(lapses) == sorted(each["id"] for each in drafts)
    ends = [each["person_id"] for each in await told(session, RecommendationEnded)]
    assert sorted(ends) == sorted(str(each.person_id) for each in people)


async def test_one_that_cannot_lapse_does_not_keep_the_others(office, season, session, at, sweep):
    """A declaration whose row is broken is logged and passed over; the next sweep tries it again."""
    people = [await season.recommended() for _ in range(3)]
    drafts = [await office.draft(each) for each in people]
    async with session("workflow") as tx:
        await tx.execute(
            text("update declaration set policy = 'qinghai/1999' where id = :id"), {"id": drafts[0]["id"]}
        )
    await at(NEXT_DAY, "workflow")
    assert [await sweep.once(), await sweep.once()] == [2, 0]
    async with session("workflow") as tx:
        states = {str(each.id): each.state for each in await tx.scalars(select(Declaration))}
    assert [states[each["id"]] for each in drafts] == ["DRAFT", "LAPSED", "LAPSED"]


ENDING = {"document_number": "青人社厅函〔2024〕9号", "note": "本系列评审会议未召开"}


@pytest.mark.clause("3.6.0", "A2.n2.deemed")
async def test_what_was_accepted_and_not_heard_is_ended_by_document(office, season, session, at):
    """Not while the run lasts, not without document and reason; then its place is free, and applicant and unit hear why."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    await put_into(session, "ACCEPTED")
    await at(LAST_DAY, "workflow")
    assert codes(await office.act(declaration, "TERMINATE", season.office_token, **ENDING)) == [
        "RUN_NOT_OVER"
    ]
    await at(NEXT_DAY, "workflow")
    for lacking, given in (
        (["DOCUMENT_NUMBER_MISSING", "NOTE_MISSING"], {}),
        (["DOCUMENT_NUMBER_MISSING"], ENDING | {"document_number": "电话通知"}),
        (["NOTE_MISSING"], {"document_number": ENDING["document_number"]}),
    ):
        refused = await office.act(declaration, "TERMINATE", season.office_token, **given)
        assert codes(refused) == lacking
        assert [each["cite"] for each in refused.json()["basis"]] == ["三（六）"]
    assert await recommendation_of(session, person) == "CONFIRMED"
    ended = record(await office.act(declaration, "TERMINATE", season.office_token, **ENDING))
    assert (ended["state"], ended["at_organisation_id"], ended["available_actions"]) == ("LAPSED", None, [])
    assert await recommendation_of(session, person) == "WITHDRAWN"
    (end,) = await told(session, RecommendationEnded)
    assert "评审会议未召开" in end["reason"]
    path = f"/v1/declarations/{declaration['id']}/history"
    line = (await office.call("GET", path, person.token)).json()["items"][-1]
    assert (line["action"], line["note"]) == ("TERMINATE", "青人社厅函〔2024〕9号\n本系列评审会议未召开")


@pytest.mark.clause("3.6.0")
async def test_a_year_is_closed_when_every_declaration_of_it_is_over(office, season, session, at, sweep):
    """What is with a reviewer, an office, a meeting or in publicity is counted; over, the year is closed."""
    people = [await season.recommended() for _ in range(2)]
    first, second = [await office.draft(each) for each in people]
    await at(NEXT_DAY, "workflow")
    officer = mint([seat("TITLE_OFFICER", season.root)])

    async def close():
        return await office.call("POST", f"/v1/cycles/{season.cycle_id}/actions/CLOSE", officer)

    for state in ("ACCEPTED", "IN_MEETING", "PASSED", "IN_RESULT_PUBLICITY", "AT_COMMITTEE_OFFICE"):
        await put_into(session, state)
        refused = await close()
        assert (codes(refused), refused.json()["basis"][0]["cite"]) == (
            ["DECLARATIONS_UNDER_WAY"],
            "三（六）",
        )
        assert "2 件" in refused.json()["message"]
        assert State(state).zh in refused.json()["message"]
    assert await sweep.once() == 2
    assert record(await close())["state"] == "CLOSED"
    assert {
        (await office.read(each, person.token))["state"]
        for each, person in zip((first, second), people, strict=True)
    } == {"LAPSED"}


@pytest.mark.clause("3.6.0")
async def test_of_many_who_end_it_at_once_one_does(office, season, session, at):
    """One step, one end of the recommendation."""
    declaration = await office.submitted(await season.recommended())
    await put_into(session, "ACCEPTED")
    await at(NEXT_DAY, "workflow")
    ending = [office.act(declaration, "TERMINATE", season.office_token, **ENDING) for _ in range(16)]
    answers = await asyncio.gather(*ending)
    assert sorted(each.status_code for each in answers) == [200] + [409] * 15
    assert len(await told(session, RecommendationEnded)) == 1
