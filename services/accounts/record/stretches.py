"""Time that counts: periods joined so that no day counts twice, and whole months by the calendar."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

Stretch = tuple[date, date]
"""From the first day to the day after the last."""

DAY = timedelta(days=1)
MONTHS_OF_A_YEAR = 12


def later(day: date, months: int) -> date:
    """The same day some months later; the month's last where it has no such day (29 February, the 31st)."""
    year, month = divmod(day.year * MONTHS_OF_A_YEAR + day.month - 1 + months, MONTHS_OF_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def joined(periods: Iterable[tuple[date, date | None]], on: date) -> list[Stretch]:
    """The stretches that periods (first day, last day or none) cover up to and with the day `on`."""
    end_of_all = on + DAY
    clipped = [
        (since, end_of_all if until is None else min(until + DAY, end_of_all)) for since, until in periods
    ]
    found: list[Stretch] = []
    for since, end in sorted(each for each in clipped if each[0] < each[1]):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((since, end))
    return found


def whole_months(stretch: Stretch) -> int:
    """How many whole months a stretch holds."""
    since, end = stretch
    months = (end.year - since.year) * MONTHS_OF_A_YEAR + end.month - since.month
    return months if later(since, months) <= end else months - 1


def months_in(periods: Iterable[tuple[date, date | None]], on: date) -> int:
    """The whole months of every unbroken stretch, added up: what is short of a month at a gap does not count."""
    return sum(whole_months(each) for each in joined(periods, on))
