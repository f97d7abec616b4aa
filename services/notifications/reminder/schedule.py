"""Days, and nothing else: when the next reminder of a day comes, and which one is due."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.kit.clock import SHANGHAI


def next_on(due_on: date, offsets: Sequence[int], after: date) -> date | None:
    """The first day behind `after` on which somebody is reminded; None: never again."""
    days = (due_on + timedelta(days=offset) for offset in offsets)
    return min((day for day in days if day > after), default=None)


def latest(due_on: date, offsets: Sequence[int], today: date) -> int | None:
    """The newest stage that has come by `today`, in days from the day on; those before it that nobody sent are past.

    None: none has; the time was set by another schedule than the present one.
    """
    return max((each for each in offsets if due_on + timedelta(days=each) <= today), default=None)


def reminding_day(instant: datetime, hour: int) -> date:
    """The day whose reminders may go out: Shanghai's, once the hour has come."""
    return (instant.astimezone(SHANGHAI) - timedelta(hours=hour)).date()
