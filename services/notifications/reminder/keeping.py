"""From events to the days that somebody is reminded of, in the transaction that took the event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Moment
from services.kit.ids import new_id
from services.kit.outbox import CloudEvent, Event
from services.notifications.reminder import windows
from services.notifications.reminder.model import Reminder
from services.notifications.reminder.policy import Reminders, Rule, Start
from services.notifications.reminder.schedule import next_on, reminding_day
from services.notifications.template.audience import audiences

TABLE = cast(Table, Reminder.__table__)


@dataclass(frozen=True, slots=True)
class Told:
    """An event as rules read it."""

    subject: str
    at: datetime
    data: Mapping[str, Any]


class Keeper:
    """Keeps the days of every rule as events set, move and end them."""

    def __init__(self, reminders: Reminders, province: str) -> None:
        self._reminders = reminders
        self._province = province

    async def note(self, tx: AsyncSession, event: Event, moment: Moment, envelope: CloudEvent) -> None:
        """Take what an event says of days, by every rule that it concerns; one that starts a day again does not end it."""
        told = Told(envelope.subject, datetime.fromisoformat(envelope.time), event.model_dump(mode="json"))
        today = reminding_day(moment.instant, self._reminders.hour)
        await windows.keep(tx, event, self._reminders, self._province, today)
        for rule in self._reminders.rules.values():
            started = [
                (start, data)
                for start in rule.starts
                if start.event == event.type
                for data in start.told(told.data)
            ]
            for start, data in started:
                await self._start(tx, rule, start, Told(told.subject, told.at, data), today)
            if not started:
                await self._move(tx, rule, event.type, told, today)
                await self._rest(tx, rule, event.type, told)
                await self._end(tx, rule, event.type, told)

    async def _start(self, tx: AsyncSession, rule: Rule, start: Start, told: Told, today: date) -> None:
        year = told.data.get("year", told.data.get("cycle"))
        window = told.data[start.window] if start.window else None
        due_on = _day(told.data[start.due])
        if window is not None:
            due_on = await windows.last_day(tx, self._province, year, window) or due_on
        about = _about(start.about, told)
        row = await self._row(tx, rule, about, told)
        if start.about and told.at < row.told_at:
            return
        same = (row.due_on, row.bundle) == (due_on, bundle := _bundle(rule, about, told.data))
        if due_on is None:
            row.next_on = None
        elif not same or row.ended_at is not None:
            row.next_on = next_on(due_on, self._reminders.offsets(rule), today)
        row.due_on, row.bundle, row.subject, row.data = due_on, bundle, told.subject, dict(told.data)
        row.told_at, row.year, row.window = told.at, year, window
        row.ended_at = told.at if due_on is None else None

    async def _row(self, tx: AsyncSession, rule: Rule, about: str, told: Told) -> Reminder:
        """The row of a day, locked; made if it is the first time."""
        made = insert(TABLE).values(
            id=new_id(),
            province=self._province,
            rule=rule.key,
            about=about,
            bundle="",
            subject=told.subject,
            data=told.data,
            told_at=told.at,
        )
        await tx.execute(made.on_conflict_do_nothing())
        wanted = select(Reminder).where(Reminder.rule == rule.key, Reminder.about == about)
        return (await tx.scalars(wanted.with_for_update().execution_options(populate_existing=True))).one()

    async def _move(self, tx: AsyncSession, rule: Rule, type_: str, told: Told, today: date) -> None:
        """Another day of what is live, or has had none for now; its words stay."""
        for each in rule.moves:
            if each.event != type_ or not each.fits(told.data):
                continue
            due_on = _day(told.data[each.due])
            assert due_on is not None, "a day moves to another"
            waiting = _of(rule, _about(each.about, told)).where(
                or_(Reminder.ended_at.is_(None), Reminder.due_on.is_(None)),
                Reminder.due_on.is_distinct_from(due_on),
            )
            coming = next_on(due_on, self._reminders.offsets(rule), today)
            await tx.execute(waiting.values(due_on=due_on, next_on=coming, told_at=told.at, ended_at=None))

    async def _rest(self, tx: AsyncSession, rule: Rule, type_: str, told: Told) -> None:
        """No day runs for what is live, until it moves to one."""
        for each in rule.rests:
            if each.event == type_ and each.fits(told.data):
                live = _of(rule, _about(each.about, told)).where(Reminder.ended_at.is_(None))
                await tx.execute(live.values(due_on=None, next_on=None, told_at=told.at))

    async def _end(self, tx: AsyncSession, rule: Rule, type_: str, told: Told) -> None:
        """Nothing is to be done any more; of another subject's event it is kept, lest the start come later than the end."""
        for each in rule.ends:
            if each.event != type_ or not each.fits(told.data):
                continue
            about = _about(each.about, told)
            if each.about:
                row = await self._row(tx, rule, about, told)
                if told.at >= row.told_at:
                    row.next_on, row.ended_at, row.told_at = None, told.at, told.at
            else:
                live = _of(rule, about).where(Reminder.ended_at.is_(None))
                await tx.execute(live.values(next_on=None, ended_at=told.at, told_at=told.at))


def _of(rule: Rule, about: str) -> Any:
    return update(Reminder).where(Reminder.rule == rule.key, Reminder.about == about)


def _about(fields: Sequence[str], told: Told) -> str:
    return "/".join(str(told.data[each]) for each in fields) or told.subject


def _bundle(rule: Rule, about: str, data: Mapping[str, Any]) -> str:
    """Whom it is told to, where they hear of many at once; else the day alone."""
    if not rule.together:
        return about
    return ",".join(sorted(each.key for to in rule.to for each in audiences(to, data)))


def _day(told: str | None) -> date | None:
    return None if told is None else date.fromisoformat(told)
