"""What is counted for operators: reviews that wait, those overdue, and how long the windows of the year are still open."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Moment
from services.telemetry.figures import Counted, Figure
from services.workflow.batch.model import Batch
from services.workflow.batch.states import BatchState
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.states import CycleState
from services.workflow.cycle.windows import Rows
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import IN_REVIEW

WAITING = Declaration.state.in_(IN_REVIEW)


async def waiting(tx: AsyncSession, _: Moment) -> Counted:
    """Declarations that are with a reviewer."""
    return {(): await tx.scalar(select(func.count()).select_from(Declaration).where(WAITING)) or 0}


async def overdue(tx: AsyncSession, moment: Moment) -> Counted:
    """Those whose day is over."""
    late = select(func.count()).select_from(Declaration).where(WAITING, Declaration.due_on < moment.today)
    return {(): await tx.scalar(late) or 0}


async def windows_open(tx: AsyncSession, moment: Moment) -> Counted:
    """How many windows of that name are open today, of cycles and of batches."""
    return {name: len(days) for name, days in _left(await _windows(tx), moment.today).items()}


async def days_left(tx: AsyncSession, moment: Moment) -> Counted:
    """The days until the first of them closes, its last day not counted."""
    return {name: min(days) for name, days in _left(await _windows(tx), moment.today).items()}


async def _windows(tx: AsyncSession) -> list[Rows]:
    cycles = await tx.scalars(select(Cycle.windows).where(Cycle.state == CycleState.OPEN))
    batches = select(Batch.windows).join(Cycle, Cycle.id == Batch.cycle_id)
    opened = batches.where(Cycle.state == CycleState.OPEN, Batch.state == BatchState.PUBLISHED)
    return [*cycles.all(), *(await tx.scalars(opened)).all()]


def _left(of_all: Iterable[Rows], today: date) -> dict[tuple[str, ...], list[int]]:
    """The days left, by name of the window."""
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for each in (window for windows in of_all for window in windows):
        opens, closes = date.fromisoformat(each["opens"]), date.fromisoformat(each["closes"])
        if opens <= today <= closes:
            found[each["name"],].append((closes - today).days)
    return found


FIGURES = (
    Figure("titles_reviews_waiting", "Declarations that are with a reviewer.", waiting),
    Figure("titles_reviews_overdue", "Declarations whose day with a reviewer is over.", overdue),
    Figure("titles_windows_open", "Windows of cycles and batches that are open.", windows_open, ("window",)),
    Figure("titles_window_days_left", "Days until the first of these closes.", days_left, ("window",)),
)
