"""Time: business dates of Asia/Shanghai, the official calendar, and a clock that an operator may set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from asgi_lifespan import LifespanManager
from sqlalchemy import DateTime, cast, func, select

from services import clocks
from services.kit.auth import TokenVerifier
from services.kit.clock import CalendarUnknown, Moment, add_working_days, is_working_day, working_days_between
from tests.kit import probe
from tests.platform.apps import over_asgi
from tests.platform.tokens import bearer, mint, trusted


def test_the_business_date_is_that_of_shanghai():
    """Four in the afternoon UTC is tomorrow in Xining."""
    assert Moment(datetime(2023, 10, 31, 15, 59, tzinfo=UTC)).today == date(2023, 10, 31)
    assert Moment(datetime(2023, 10, 31, 16, 0, tzinfo=UTC)).today == date(2023, 11, 1)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2023, 11, 13), 5, date(2023, 11, 20)),
        (date(2023, 11, 10), 5, date(2023, 11, 17)),
        (date(2023, 9, 28), 5, date(2023, 10, 11)),
        (date(2023, 12, 29), 1, date(2024, 1, 2)),
        (date(2024, 2, 3), 1, date(2024, 2, 4)),
        (date(2023, 11, 13), 0, date(2023, 11, 13)),
    ],
    ids=[
        "week",
        "from a Friday",
        "over the national holiday and its make-up days",
        "new year",
        "make-up Sunday",
        "none",
    ],
)
def test_a_period_ends_on_its_last_working_day(start, days, end):
    """The day it begins does not count; make-up days do, holidays do not."""
    assert add_working_days(start, days) == end
    assert working_days_between(start, end) == days


def test_a_year_without_a_calendar_is_said_not_guessed():
    """Nobody is told a date that may be wrong."""
    with pytest.raises(CalendarUnknown, match="2099"):
        is_working_day(date(2099, 1, 4))
    with pytest.raises(CalendarUnknown):
        add_working_days(date(2098, 12, 30), 30)


@pytest.mark.parametrize(
    ("seconds", "over"), [(None, True), (-1, True), (10, False), (120, False), (3600, True)], ids=str
)
async def test_a_lease_of_a_clock_that_was_ahead_is_over(session, seconds, over):
    """None is given for more than its length: whoever has one for longer got it of a clock that was put right since."""
    until = None if seconds is None else func.clock_timestamp() + timedelta(seconds=seconds)
    async with session("quota") as tx:
        judged = clocks.is_over(cast(until, DateTime(timezone=True)), timedelta(seconds=30))
        assert await tx.scalar(select(judged)) is over


async def test_the_operator_sets_the_clock_of_a_simulation(app, seat, node):
    """Time goes on from there, for every replica; others may only read it."""
    operator = bearer(mint([seat("OPERATOR", node("HRSS", "PROVINCE"))]))
    async with over_asgi(app, operator) as http:
        answer = await http.put("/ops/clock", json={"instant": "2023-11-20T09:00:00+08:00"})
        assert answer.json() == {"instant": "2023-11-20T01:00:00Z", "simulated": True}
        told = datetime.fromisoformat((await http.get("/ops/clock")).json()["instant"])
        assert timedelta() <= told - datetime(2023, 11, 20, 1, tzinfo=UTC) < timedelta(seconds=30)
        assert (await http.put("/ops/clock", json={"instant": "2023-11-20T09:00:00"})).status_code == 422
    async with over_asgi(app, bearer(mint())) as http:
        answer = await http.put("/ops/clock", json={"instant": "2023-12-20T09:00:00+08:00"})
        assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_MISSING")


@pytest.mark.parametrize(
    "instant", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"]
)
async def test_the_clock_stays_within_reach(app, seat, node, instant):
    """At the ends of the calendar every request would fail, so nobody gets there."""
    operator = bearer(mint([seat("OPERATOR", node("HRSS", "PROVINCE"))]))
    async with over_asgi(app, operator) as http:
        answer = await http.put("/ops/clock", json={"instant": instant})
        assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST_MALFORMED")
        assert (await http.get("/ops/clock")).status_code == 200


async def test_the_clock_of_production_cannot_be_set(probe_settings, seat, node):
    """Without the switch even the operator is refused."""
    probe_settings.simulated_clock = False
    made = probe.create(probe_settings, verifier=TokenVerifier(trusted()))
    operator = bearer(mint([seat("OPERATOR", node("HRSS", "PROVINCE"))]))
    async with LifespanManager(made), over_asgi(made, operator) as http:
        answer = await http.put("/ops/clock", json={"instant": "2023-11-20T09:00:00+08:00"})
        assert (answer.status_code, answer.json()["code"]) == (403, "CLOCK_IS_REAL")
        told = datetime.fromisoformat((await http.get("/ops/clock")).json()["instant"])
        assert abs(told - datetime.now(UTC)) < timedelta(seconds=30)
