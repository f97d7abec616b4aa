"""How long the windows of a year's run last; the days that they close go along with them (三（六）)."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.outbox import Event
from services.notifications.reminder.model import Reminder, SeasonWindow
from services.notifications.reminder.policy import Reminders
from services.notifications.reminder.schedule import next_on
from services.workflow.contract import CycleOpened, ExtensionWithdrawn, WindowExtended


async def keep(tx: AsyncSession, event: Event, reminders: Reminders, province: str, today: date) -> None:
    """Keep what an event says of windows, and move all days that close with one."""
    if isinstance(event, CycleOpened):
        for each in event.windows:
            await _set(tx, province, event.year, each.window, each.closes)
    elif isinstance(event, ExtensionWithdrawn) and not event.was_public:
        return
    elif isinstance(event, WindowExtended):
        await _set(tx, province, event.year, event.window, event.closes)
        await _follow(tx, event, reminders, today)


async def last_day(tx: AsyncSession, province: str, year: int, window: str) -> date | None:
    """The last day of a window, which stays until the transaction ends; None: nothing is known of that year."""
    wanted = select(SeasonWindow.closes).where(
        SeasonWindow.province == province, SeasonWindow.year == year, SeasonWindow.window == window
    )
    return await tx.scalar(wanted.with_for_update(read=True))


async def _set(tx: AsyncSession, province: str, year: int, window: str, closes: date) -> None:
    row = insert(SeasonWindow).values(province=province, year=year, window=window, closes=closes)
    keys = ["province", "year", "window"]
    await tx.execute(row.on_conflict_do_update(index_elements=keys, set_={"closes": closes}))


async def _follow(tx: AsyncSession, event: WindowExtended, reminders: Reminders, today: date) -> None:
    """One statement a rule, however many days it has: all of a window are the same."""
    for rule in reminders.rules.values():
        if not any(start.window for start in rule.starts):
            continue
        coming = next_on(event.closes, reminders.offsets(rule), today)
        live = update(Reminder).where(
            Reminder.rule == rule.key,
            Reminder.year == event.year,
            Reminder.window == event.window,
            Reminder.ended_at.is_(None),
        )
        await tx.execute(
            live.values(due_on=event.closes, next_on=coming),
            execution_options={"synchronize_session": False},
        )
