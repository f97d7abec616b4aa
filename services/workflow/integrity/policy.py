"""`integrity.yaml`: how long each step of a case may take, and how long a bar may last."""

from datetime import date
from typing import ClassVar

from pydantic import Field, model_validator

from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.workflow.integrity.steps import CASE_STEPS

ARTICLES = ("misconduct", "misconduct_barred", "report_checked")


class Days(Entry):
    """Within how many days the person is heard, and appeals; and a body takes up, investigates, decides and reviews.

    What lasts months is counted in plain days: next year's holidays may not be known yet.
    """

    hearing_working_days: int = Field(ge=1)
    appeal_working_days: int = Field(ge=1)
    take_up_working_days: int = Field(ge=1)
    investigate_days: int = Field(ge=1)
    decide_working_days: int = Field(ge=1)
    review_days: int = Field(ge=1)


class BarYears(Entry):
    """For how long what is serious bars."""

    at_least_years: int = Field(ge=1)
    at_most_years: int = Field(ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> "BarYears":
        if self.at_least_years > self.at_most_years:
            raise ValueError("at_least_years is no more than at_most_years")
        return self

    def span(self, today: date) -> tuple[date, date]:
        """The earliest and the latest last day of a bar that begins today."""
        return _years_on(today, self.at_least_years), _years_on(today, self.at_most_years)


def _years_on(day: date, years: int) -> date:
    """The day before the same date so many years later; of 29 February that of 28 February."""
    last = date(day.year + years, day.month, min(day.day, 28) if day.month == 2 else day.day)  # noqa: PLR2004
    return date.fromordinal(last.toordinal() - 1)


class ComplaintLimits(Entry):
    """How many anonymous complaints are taken: of one number within a day, and in all within an hour."""

    anonymous_of_one_number_a_day: int = Field(ge=1)
    anonymous_an_hour: int = Field(ge=1)


class IntegrityPolicy(PolicyFile):
    """integrity.yaml."""

    used: ClassVar[frozenset[str]] = frozenset({*ARTICLES, *articles_used(CASE_STEPS)})

    days: Days
    bar: BarYears
    complaints: ComplaintLimits
