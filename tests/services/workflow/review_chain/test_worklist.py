"""The worklist: nearest due day first, counted, narrowed, paged; due days by the policy and never after the window."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from services.kit.clock import CalendarUnknown, is_working_day, working_days_between
from services.kit.errors import Basis
from services.workflow.declaration.case import Period
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import IN_REVIEW, State
from services.workflow.review_chain.due import due_on, is_overdue, soon_by
from services.workflow.review_chain.policy import ReviewDays
from tests.services.workflow.applicants import record
from tests.services.workflow.season import HOSPITAL, IN_NOVEMBER, Line, notice

DAYS = notice().review_chain.days
OPENS, CLOSES = date(2023, 11, 1), date(2023, 12, 31)
WINDOW = Period("REVIEW", "逐级审核", OPENS, CLOSES, Basis("三（六）3", "逐级审核"))


@given(
    st.dates(OPENS - timedelta(days=60), CLOSES + timedelta(days=20)),
    st.integers(1, 30),
    st.integers(1, 30),
    st.sampled_from(list(State)),
)
def test_the_due_day_is_so_many_working_days_on_within_the_window(today, level, office, state):
    """Only who reviews has a due day: the given working days from coming or opening, or the window's last day."""
    days = ReviewDays(level=level, office=office, soon=2, claim_hours=24)
    due = due_on(days, state, today, WINDOW)
    if state not in IN_REVIEW:
        assert due is None
        return
    given_days = office if state is State.AT_COMMITTEE_OFFICE else level
    assert due <= CLOSES
    if due < CLOSES:
        assert working_days_between(max(today, OPENS), due) == given_days
    else:
        assert working_days_between(max(today, OPENS), CLOSES) <= given_days


def test_a_calendar_that_is_not_out_yet_stops_nobody():
    """Days behind the window are not asked of it, and what is due soon is counted plainly."""
    end = last_known_day()
    days = ReviewDays(level=10, office=10, soon=2, claim_hours=24)
    window = replace(WINDOW, opens=end - timedelta(days=30), closes=end)
    assert due_on(days, State.UNDER_REVIEW, end - timedelta(days=1), window) == end
    assert soon_by(days, end) == end + timedelta(days=2)


def last_known_day() -> date:
    """The last day of the last year whose holidays are published."""
    year = OPENS.year
    while True:
        try:
            is_working_day(date(year + 1, 1, 1))
        except CalendarUnknown:
            return date(year, 12, 31)
        year += 1


def test_the_last_day_is_not_over():
    """Overdue is what was due before today."""
    assert [is_overdue(each, date(2023, 12, 5)) for each in (None, date(2023, 12, 5), date(2023, 12, 4))] == [
        False,
        False,
        True,
    ]


async def listed(office, token, **asked):
    """One page of a worklist."""
    answer = await office.call("GET", "/v1/worklist", token, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def counts(office, token):
    """How much waits for somebody."""
    answer = await office.call("GET", "/v1/worklist/counts", token)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.clause("3.1")
async def test_each_body_is_told_by_when(office, at, season):
    """Five working days for a level, ten for the office; who has it is told, the others not; the window bounds it."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    assert [each["due_on"] for each in declaration["chain"]] == ["2023-11-27", None, None, None]
    for place in (3, 2):
        declaration = await office.passed(declaration, person.line.token("REVIEWER", place))
    assert [each["due_on"] for each in declaration["chain"]] == [None, None, "2023-11-27", None]
    await at("2023-12-20T09:00+08:00", "workflow")
    declaration = await office.passed(declaration, person.line.token("REVIEWER", 1))
    assert [each["due_on"] for each in declaration["chain"]] == [None, None, None, "2023-12-31"]
    accepted = await accept(office, season, declaration)
    assert [each["due_on"] for each in accepted["chain"]] == [None] * 4
    await at(IN_NOVEMBER, "workflow")


async def accept(office, season, declaration):
    """Accepted by the committee's office."""
    await office.look_through(declaration, season.office_token)
    return record(await office.act(declaration, "ACCEPT", season.office_token))


@pytest.mark.clause("3.1")
async def test_nearest_first_page_by_page_and_counted(office, session, season):
    """Seven wait on different days: pages tell each once in order; counts and filters agree."""
    line = Line.of(HOSPITAL, season.root)
    due = [date(2023, 11, day) for day in (28, 13, 20, 22, 17, 22, 30)]
    mine = [await office.submitted(await season.recommended(line)) for _ in due]
    async with session("workflow") as tx:
        for declaration, day in zip(mine, due, strict=True):
            await tx.execute(
                update(Declaration).where(Declaration.id == declaration["id"]).values(due_on=day)
            )
    token = line.token("REVIEWER", 3, sub=uuid4())
    found, after = [], {}
    while True:
        told = await listed(office, token, first=2, **after)
        found += told["items"]
        if told["next_cursor"] is None:
            break
        after = {"after": told["next_cursor"]}
    by_day = sorted(zip(due, [each["id"] for each in mine], strict=True))
    assert [each["id"] for each in found] == [key for _, key in by_day]
    record(await office.act(mine[0], "CLAIM", token))
    assert await counts(office, token) == {
        "waiting": 7,
        "soon": 3,
        "overdue": 2,
        "claimed_by_me": 1,
        "unclaimed": 6,
    }
    assert [each["id"] for each in (await listed(office, token, due="OVERDUE"))["items"]] == [
        key for day, key in by_day if day < date(2023, 11, 20)
    ]
    assert [each["id"] for each in (await listed(office, token, due="SOON"))["items"]] == [
        key for day, key in by_day if date(2023, 11, 20) <= day <= date(2023, 11, 22)
    ]
    assert [each["id"] for each in (await listed(office, token, claimed="me"))["items"]] == [mine[0]["id"]]


async def test_a_page_goes_on_after_what_was_done_meanwhile(office, season):
    """The cursor names a place and no row: what was passed on between two pages takes nothing with it."""
    line = Line.of(HOSPITAL, season.root)
    mine = [await office.submitted(await season.recommended(line)) for _ in range(3)]
    token = line.token("REVIEWER", 3)
    told = await listed(office, token, first=1)
    await office.passed(mine[0], token)
    rest = await listed(office, token, after=told["next_cursor"])
    assert [each["id"] for each in rest["items"]] == [each["id"] for each in mine[1:]]


@pytest.mark.parametrize("cursor", ["x", "2023-12-01", "2023-13-01.x", "2023-12-01.x", "." * 60])
async def test_what_is_no_cursor_is_refused(office, season, cursor):
    """A made-up cursor is told as such."""
    token = Line.of(HOSPITAL, season.root).token("REVIEWER", 3)
    answer = await office.call("GET", "/v1/worklist", token, params={"after": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "CURSOR_UNREADABLE")


async def test_others_find_nothing(office, season):
    """A reviewer elsewhere, the applicant, the recommender and the officer have no such list; strangers are refused."""
    person = await season.recommended()
    await office.submitted(person)
    nothing = {"waiting": 0, "soon": 0, "overdue": 0, "claimed_by_me": 0, "unclaimed": 0}
    for token in (
        person.token,
        person.line.token("RECOMMENDER", 2),
        person.line.token("TITLE_OFFICER", 0),
        person.line.token("REVIEWER", 2),
        Line.of(HOSPITAL, season.root).token("REVIEWER", 3),
    ):
        assert (await listed(office, token))["items"] == []
        assert await counts(office, token) == nothing
    for path in ("/v1/worklist", "/v1/worklist/counts"):
        assert (await office.call("GET", path, None)).status_code == 401
