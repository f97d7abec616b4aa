"""The clock is a dependency: instants are UTC, business dates are dates of Asia/Shanghai.

With `SIMULATED_CLOCK` an operator may set the clock of a service; the setting is a row of its schema, so that it
outlives a restart and is the same for every replica. Tokens and locks always run on real time.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import chinese_calendar
from fastapi import Depends, Request
from sqlalchemy import Column, Interval, SmallInteger, Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import Tx, plumbing
from services.kit.errors import Unavailable

SHANGHAI = ZoneInfo("Asia/Shanghai")

clock_setting = Table(
    "clock_setting",
    plumbing,
    Column("id", SmallInteger, primary_key=True),
    Column("ahead_by", Interval, nullable=False),
)
AHEAD_BY = select(clock_setting.c.ahead_by)


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant a request is judged by."""

    instant: datetime

    @property
    def today(self) -> date:
        """The business date: the date in Asia/Shanghai."""
        return self.instant.astimezone(SHANGHAI).date()


async def now(tx: AsyncSession, *, simulated: bool) -> Moment:
    """The present moment of this service."""
    if not simulated:
        return Moment(datetime.now(UTC))
    ahead_by = await tx.scalar(AHEAD_BY)
    return Moment(datetime.now(UTC) + (ahead_by or timedelta()))


async def set_clock(tx: AsyncSession, instant: datetime) -> Moment:
    """Let this service's time go on from `instant`."""
    ahead_by = instant - datetime.now(UTC)
    row = insert(clock_setting).values(id=1, ahead_by=ahead_by)
    await tx.execute(row.on_conflict_do_update(index_elements=["id"], set_={"ahead_by": ahead_by}))
    return Moment(instant.astimezone(UTC))


async def current_moment(request: Request, tx: Tx) -> Moment:
    """The moment of the request that is being answered."""
    return await now(tx, simulated=request.app.state.settings.simulated_clock)


CurrentMoment = Annotated[Moment, Depends(current_moment)]


class CalendarUnknown(Unavailable):
    """A period would end in a year whose official calendar is not known yet."""

    code = "CALENDAR_UNKNOWN"
    zh = "{year} 年的放假安排尚未公布，无法计算工作日"
    en = "The official holiday calendar of {year} is not known yet, so working days cannot be counted."


def is_working_day(day: date) -> bool:
    """Whether the State Council's calendar makes `day` a working day, make-up days included.

    Raises:
        CalendarUnknown: the calendar of that year is not published yet.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError as error:
        raise CalendarUnknown(year=day.year) from error


def add_working_days(start: date, days: int, last: date = date.max) -> date:
    """The end of a period of `days` working days, counted from the day after `start` and no further than `last`."""
    day = start
    while days > 0 and day < last:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and including `end`."""
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
