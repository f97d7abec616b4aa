"""By when whoever has a declaration is to be done with it: so many working days, and never after the window (三（六）3)."""

from datetime import date, timedelta

from services.kit.clock import CalendarUnknown, add_working_days
from services.workflow.declaration.case import Period
from services.workflow.declaration.states import IN_REVIEW, State
from services.workflow.review_chain.policy import ReviewDays


def due_on(days: ReviewDays, state: State, today: date, review: Period) -> date | None:
    """The last day of who has it from today on; None: no reviewer has it."""
    return due_between(days, state, today, (review.opens, review.closes)) if state in IN_REVIEW else None


def due_between(days: ReviewDays, state: State, came_on: date, window: tuple[date, date]) -> date:
    """The last day of who got it on a day, in a window from its first to its last day."""
    opens, closes = window
    given = days.office if state is State.AT_COMMITTEE_OFFICE else days.level
    return min(add_working_days(max(came_on, opens), given, closes), closes)


def soon_by(days: ReviewDays, today: date) -> date:
    """Up to this day what is due is due soon; counted plainly where the calendar is not out yet."""
    try:
        return add_working_days(today, days.soon)
    except CalendarUnknown:
        return today + timedelta(days=days.soon)


def is_overdue(due: date | None, today: date) -> bool:
    """Whether the last day is over."""
    return due is not None and due < today
