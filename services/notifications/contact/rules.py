"""When somebody wishes to be reached: quiet hours and digests on the wall clock of the own time zone. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.kit.clock import SHANGHAI
from services.kit.errors import Language
from services.notifications.contact.states import ChannelKind, Digest
from services.notifications.template.states import Topic

WEEK = 7


@dataclass(frozen=True, slots=True)
class Wishes:
    """How one account wishes to be reached; without any: at once, everywhere, in Chinese."""

    language: Language = Language.ZH
    zone: ZoneInfo = SHANGHAI
    quiet_from: time | None = None
    quiet_until: time | None = None
    digest: Digest = Digest.NONE
    digest_hour: int = 0
    digest_weekday: int = 1
    off: frozenset[tuple[Topic, ChannelKind]] = frozenset()

    def wants(self, topic: Topic, channel: ChannelKind) -> bool:
        """Whether a topic may come by a channel."""
        return (topic, channel) not in self.off

    def not_before(self, now: datetime) -> datetime | None:
        """When the quiet hours end that it is in now; None: it is not quiet.

        The hours are those of the wall clock: where it is set back, an hour that comes twice is judged each time.
        """
        start, end = self.quiet_from, self.quiet_until
        if start is None or end is None:
            return None
        local = now.astimezone(self.zone)
        if not _between(local.time(), start, end):
            return None
        day = local.date() if local.time() < end else local.date() + timedelta(days=1)
        until = datetime.combine(day, end, self.zone)
        ends = (until.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        return next((each for each in ends if each > now), None)

    def digest_at(self, now: datetime) -> datetime | None:
        """When what is gathered goes out next, after now; None: nothing is gathered."""
        if self.digest is Digest.NONE:
            return None
        today = now.astimezone(self.zone).date()
        days = (today + timedelta(days=ahead) for ahead in range(WEEK + 1))
        told = (
            datetime.combine(day, time(self.digest_hour), self.zone).astimezone(UTC)
            for day in days
            if self.digest is Digest.DAILY or day.isoweekday() == self.digest_weekday
        )
        return next(each for each in told if each > now)


def _between(moment: time, start: time, end: time) -> bool:
    """Whether a time of day lies in hours that may go over midnight."""
    return start <= moment < end if start < end else moment >= start or moment < end
