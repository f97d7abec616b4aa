"""What anybody reads of a year: how many declarations there are and where, and how one goes on; no small number."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.workflow.declaration.states import State
from services.workflow.season_report.disclosure import told
from tests.services.workflow.applicants import codes
from tests.services.workflow.meeting.season import seed_declaration

NUMBERS = st.lists(st.integers(0, 40), min_size=1, max_size=12)


@given(NUMBERS, st.integers(2, 10))
def test_no_single_small_number_is_to_be_had(numbers: list[int], least: int) -> None:
    """What is left out is all that is small, and never one alone or fewer than so many together, unless there is no more."""
    shown = told(numbers, least)
    hidden = [number for number, each in zip(numbers, shown, strict=True) if each is None]
    assert all(each in {None, number - number % least} for number, each in zip(numbers, shown, strict=True))
    assert all(
        each is None or number == 0 or each >= least for number, each in zip(numbers, shown, strict=True)
    )
    if any(shown):
        assert not hidden or (len(hidden) > 1 and sum(hidden) >= least)
    if all(number == 0 or number >= least for number in numbers):
        assert hidden == []


async def test_a_stranger_reads_no_small_number(hall, season, session, reported):
    """Of fourteen two are accepted and two passed: neither is told, nor the four from which they could be worked out.

    The sixteenth changes nothing that is told: nobody reads off of which level, series and place it is.
    """
    answer = await hall.ask(None, "GET", f"/v1/cycles/{season.cycle_id}/figures")
    assert answer.status_code == 200, answer.text
    figures = answer.json()
    assert (figures["total"], figures["told_from"]) == (10, 5)
    assert {each["name"]: each["number"] for each in figures["states"]} == {
        "已受理": None, "评审通过": None, "评审未通过": None, "已备案发证": 5,
    }  # fmt: skip
    assert [each["number"] for each in figures["prefectures"]] == [None, None]
    read = []
    for _ in range(2):
        async with session("workflow") as tx:
            added = await seed_declaration(tx, season)
            await tx.execute(text("update declaration set state = 'CERTIFIED' where id = :id"), {"id": added})
        read.append((await hall.ask(None, "GET", f"/v1/cycles/{season.cycle_id}/figures")).json())
    fifteen, sixteen = read
    assert fifteen["total"] == 15
    assert sixteen | {"as_of": 0} == fifteen | {"as_of": 0}
    assert codes(await hall.ask(None, "GET", f"/v1/cycles/{uuid4()}/figures"), 404) == ["CYCLE_NOT_FOUND"]


async def test_a_stranger_reads_how_a_declaration_goes_on(hall):
    """Every state once, each step with who takes it on which article; none that leads nowhere."""
    states = (await hall.ask(None, "GET", "/v1/declaration-process")).json()["items"]
    assert [each["code"] for each in states] == list(State)
    by_code = {each["code"]: {step["code"]: step for step in each["steps"]} for each in states}
    assert by_code["ACCEPTED"]["TABLE"]["leads_to"] == ["IN_MEETING"]
    assert by_code["DRAFT"]["SUBMIT"]["leads_to"] == ["UNDER_REVIEW", "AT_COMMITTEE_OFFICE"]
    assert "CLAIM" not in by_code["UNDER_REVIEW"]
    assert all(step["basis"][0]["cite"] for steps in by_code.values() for step in steps.values())
    assert by_code["WITHDRAWN"] == {}
