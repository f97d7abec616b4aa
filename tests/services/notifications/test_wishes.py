"""Quiet hours and digests on the wall clock of a reader's own time zone, over midnight and when clocks are set."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.contact.rules import Wishes
from services.notifications.contact.states import Digest

ZONES = [ZoneInfo(each) for each in ("Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin", "America/New_York")]
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda each: time(each // 60, each % 60))
INSTANTS = st.datetimes(datetime(2023, 1, 1), datetime(2024, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
HOUR = timedelta(hours=1)


def quiet(zone: ZoneInfo, start: time, end: time, at: datetime) -> bool:
    """Whether it is quiet, told minute by minute from the start of the hours rather than by comparing."""
    minute, until = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    local = at.astimezone(zone)
    now = local.hour * 60 + local.minute
    while minute != until:
        if minute == now:
            return True
        minute = (minute + 1) % (24 * 60)
    return False


@given(st.sampled_from(ZONES), MINUTES, MINUTES, INSTANTS)
def test_quiet_hours_end_on_the_wall_clock(zone, start, end, now):
    """Nothing is held back outside of them; inside, until the first instant at which the clock says that they are over."""
    if start == end:
        return
    until = Wishes(zone=zone, quiet_from=start, quiet_until=end).not_before(now)
    if not quiet(zone, start, end, now):
        assert until is None
        return
    assert until is not None
    assert now < until <= now + timedelta(hours=25)
    told = until.astimezone(zone)
    assert not quiet(zone, start, end, until) or _set_back(zone, until)
    assert told.time() == end or _set_forward(zone, until)
    assert quiet(zone, start, end, until - timedelta(minutes=1)) or _set_forward(zone, until)


def _set_back(zone: ZoneInfo, at: datetime) -> bool:
    return at.astimezone(zone).utcoffset() < (at - 2 * HOUR).astimezone(zone).utcoffset()


def _set_forward(zone: ZoneInfo, at: datetime) -> bool:
    return at.astimezone(zone).utcoffset() > (at - 2 * HOUR).astimezone(zone).utcoffset()


@given(st.sampled_from(ZONES), st.sampled_from([Digest.DAILY, Digest.WEEKLY]), st.integers(0, 23), INSTANTS)
def test_a_digest_goes_out_at_its_hour_next(zone, digest, hour, now):
    """After now, within a day or a week, at the hour of the reader's own clock; on that weekday if it is weekly."""
    wishes = Wishes(zone=zone, digest=digest, digest_hour=hour, digest_weekday=3)
    at = wishes.digest_at(now)
    assert at is not None
    assert now < at <= now + (timedelta(days=1) if digest is Digest.DAILY else timedelta(days=7)) + HOUR
    local = at.astimezone(zone)
    assert local.hour == hour or _set_forward(zone, at)
    assert digest is Digest.DAILY or local.isoweekday() == 3
    assert Wishes(zone=zone, digest=Digest.NONE).digest_at(now) is None


def test_a_night_in_shanghai():
    """From ten in the evening to seven in the morning, though that is another day in the world's time."""
    wishes = Wishes(quiet_from=time(22), quiet_until=time(7))
    evening = datetime(2023, 11, 20, 14, 30, tzinfo=UTC)
    morning = datetime(2023, 11, 20, 23, 0, tzinfo=UTC)
    assert wishes.not_before(evening) == wishes.not_before(morning - HOUR) == morning
    assert wishes.not_before(morning) is wishes.not_before(evening - HOUR) is None
