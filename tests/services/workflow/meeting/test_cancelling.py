"""A meeting that does not take place: what was on its agenda waits for another, and nobody draws experts anew."""

from __future__ import annotations

import pytest

from services.workflow.meeting.states import State
from services.workflow.meeting.steps import STEPS
from tests.services.workflow.integrity.archive import archived
from tests.services.workflow.meeting.hall import MEETING_DAY

REASON = {"note": "评审工作调整"}
AFTER_THE_RUN = "2024-02-01T09:00+08:00"


def codes(answer):
    """The codes of a refusal's findings, or its own."""
    return [each["code"] for each in answer.json()["findings"]] or [answer.json()["code"]]


async def standing(hall, season):
    """Where the declaration on the agenda stands."""
    told = await hall.ask(season.office, "GET", "/v1/declarations")
    return [each["state"] for each in told.json()["items"]]


async def test_before_the_draw_it_is_cancelled_with_a_reason_and_tabled_anew(hall, season):
    """The office alone does it; the declaration is accepted again, and another meeting takes it up."""
    await hall.plan()
    assert await standing(hall, season) == ["IN_MEETING"]
    for token in (season.officer, season.experts[0].token):
        assert (await hall.act("CANCEL", token, **REASON)).status_code in (403, 404)
    assert codes(await hall.act("CANCEL")) == ["REASON_MISSING"]
    assert (await hall.did("CANCEL", **REASON))["state"] == "CANCELLED"
    assert await standing(hall, season) == ["ACCEPTED"]
    for action in ("TABLE", "DRAW", "CANCEL"):
        assert codes(await hall.act(action, **REASON)) == ["ACTION_NOT_AVAILABLE"]
    hall.id = ""
    await hall.plan()
    assert await standing(hall, season) == ["IN_MEETING"]


@pytest.mark.clause("3.3.1")
@pytest.mark.parametrize("opened", [False, True])
async def test_once_drawn_it_is_cancelled_after_the_run_only(hall, season, at, opened):
    """Nobody casts lots until they please: while the run lasts it may be postponed; afterwards nothing else is left."""
    await (hall.open() if opened else hall.draw())
    refused = await hall.act("CANCEL", **REASON)
    assert (codes(refused), refused.json()["basis"][0]["cite"]) == (["RUN_NOT_OVER"], "三（三）")
    await at(AFTER_THE_RUN, "workflow")
    assert (await hall.did("CANCEL", **REASON))["state"] == "CANCELLED"
    assert await standing(hall, season) == ["ACCEPTED"]
    await at(MEETING_DAY, "workflow")


@pytest.mark.clause("1.8")
@pytest.mark.parametrize("opened", [False, True])
async def test_what_a_meeting_lets_go_of_a_barred_applicant_ends(hall, season, session, opened):
    """Cancelled or put off: who was barred meanwhile waits for no other meeting, and holds no place."""
    await (hall.open() if opened else hall.plan())
    await archived(session, season.province, season.applicants[0].id, "2023-11-01", "2026-10-31")
    if opened:
        chair = (await hall.members())[0][1]
        assert (await hall.act("CLOSE_VOTE", chair.token)).status_code == 200
    else:
        await hall.did("CANCEL", **REASON)
    assert await standing(hall, season) == ["DISQUALIFIED"]


def test_no_state_of_a_meeting_is_a_trap():
    """From every state the results or the cancellation can be reached."""
    leads = {(before, step.to) for (before, _), step in STEPS.items()}
    left = {State.RESULTS_PUBLIC, State.CANCELLED}
    for _ in State:
        left |= {before for before, after in leads if after in left}
    assert left == set(State)
