"""By when each body of a chain is done at the latest: every one takes all the days it has, and none outlasts the window."""

from datetime import date

from services.kit.clock import CalendarUnknown
from services.workflow.declaration.case import Period
from services.workflow.declaration.states import State
from services.workflow.review_chain.due import due_between
from services.workflow.review_chain.policy import ReviewDays


def latest(days: ReviewDays, comes_on: date, reviewers: int, review: Period) -> list[date | None]:
    """The last days of so many reviewers, and of the committee's office after them, when it comes on a day.

    None where it would come after the window, or into a year whose official calendar is not out yet.
    """
    found: list[date | None] = []
    came: date | None = comes_on
    for number in range(reviewers + 1):
        state = State.UNDER_REVIEW if number < reviewers else State.AT_COMMITTEE_OFFICE
        came = _due(days, state, came, review)
        found.append(came)
    return found


def _due(days: ReviewDays, state: State, came: date | None, review: Period) -> date | None:
    if came is None or came > review.closes:
        return None
    try:
        return due_between(days, state, came, (review.opens, review.closes))
    except CalendarUnknown:
        return None


def submitted_on(today: date, window: Period) -> date | None:
    """The first day on which what is still to be submitted can be; None: not any more."""
    return max(today, window.opens) if today <= window.closes else None
