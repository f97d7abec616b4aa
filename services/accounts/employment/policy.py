"""Within how many days a change of employer is answered, as data."""

from datetime import date, timedelta

from pydantic import Field

from services.kit.clock import add_working_days
from services.kit.policy import Entry, PolicyFile
from services.kit.words import Word


class Counted(Word):
    """Which days count."""

    WORKING = "WORKING", "工作日"
    CALENDAR = "CALENDAR", "自然日"


class Span(Entry):
    """A number of days."""

    days: int = Field(ge=1, le=365)
    counted: Counted

    def last_day(self, start: date) -> date:
        """The last day of the span that begins the day after `start`."""
        if self.counted is Counted.WORKING:
            return add_working_days(start, self.days)
        return start + timedelta(days=self.days)


class ChangeRules(Entry):
    """How long the person, and then the present employer, have to answer."""

    consent: Span
    release: Span


class EmploymentRules(PolicyFile):
    """employment.yaml."""

    change: ChangeRules
