"""From events to the days that somebody is reminded of, in the transaction that took the event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Moment
from services.kit.ids import new_id
from services.kit.outbox import CloudEvent, Event
from services.notifications.reminder import windows
from services.notifications.reminder.model import Reminder
from services.notifications.reminder.policy import End, Reminders, Rule, Start
from services.notifications.reminder.schedule import next_on, reminding_day
from services.notifications.template.audience import audiences

TABLE = cast(Table, Reminder.__table__)
NOW, NEW = TABLE.c, insert(TABLE).excluded
ANOTHER = or_(
    NEW.due_on.is_(None),
    NOW.due_on.is_distinct_from(NEW.due_on),
    NOW.bundle != NEW.bundle,
    NOW.ended_at.is_not(None),
)
"""Whether what starts is not the day that runs already: of that one, reminders that were sent are not sent again."""
STARTED = {
    "next_on": case((ANOTHER, NEW.next_on), else_=NOW.next_on),
    **{
        name: NEW[name]
        for name in ("due_on", "bundle", "subject", "data", "told_at", "year", "window", "ended_at")
    },
}
KEY = ["rule", "about"]
START = insert(TABLE).on_conflict_do_update(index_elements=KEY, set_=STARTED)
START_UNLESS_OLDER = insert(TABLE).on_conflict_do_update(
    index_elements=KEY, set_=STARTED, where=NEW.told_at >= NOW.told_at
)
END_UNLESS_OLDER = insert(TABLE).on_conflict_do_update(
    index_elements=KEY,
    set_={"next_on": None, "ended_at": NEW.ended_at, "told_at": NEW.told_at},
    where=NEW.told_at >= NOW.told_at,
)
ITS_OWN = (TABLE.c.rule == bindparam("its_rule"), TABLE.c.about == bindparam("its_about"))
LIVE = TABLE.c.ended_at.is_(None)
MOVE = (
    update(TABLE)
    .where(*ITS_OWN, or_(LIVE, NOW.due_on.is_(None)), NOW.due_on.is_distinct_from(bindparam("its_day")))
    .values(
        due_on=bindparam("its_day"), next_on=bindparam("coming"), told_at=bindparam("told"), ended_at=None
    )
)
REST = update(TABLE).where(*ITS_OWN, LIVE).values(due_on=None, next_on=None, told_at=bindparam("told"))
END = (
    update(TABLE)
    .where(*ITS_OWN, LIVE)
    .values(next_on=None, ended_at=bindparam("told"), told_at=bindparam("told"))
)


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
        started = {
            "bundle": _bundle(rule, about, told.data),
            "due_on": due_on,
            "next_on": due_on and next_on(due_on, self._reminders.offsets(rule), today),
            "ended_at": told.at if due_on is None else None,
            "year": year,
            "window": window,
        }
        await tx.execute(START_UNLESS_OLDER if start.about else START, self._row(rule, about, told) | started)

    def _row(self, rule: Rule, about: str, told: Told) -> dict[str, Any]:
        """The row of a day when it is heard of first."""
        return {
            "id": new_id(),
            "province": self._province,
            "rule": rule.key,
            "about": about,
            "bundle": "",
            "subject": told.subject,
            "data": told.data,
            "told_at": told.at,
        }

    async def _move(self, tx: AsyncSession, rule: Rule, type_: str, told: Told, today: date) -> None:
        """Another day of what is live, or has had none for now; its words stay."""
        for each in rule.moves:
            if each.event != type_ or not each.fits(told.data):
                continue
            due_on = _day(told.data[each.due])
            assert due_on is not None, "a day moves to another"
            coming = next_on(due_on, self._reminders.offsets(rule), today)
            await tx.execute(MOVE, _own(rule, each, told) | {"its_day": due_on, "coming": coming})

    async def _rest(self, tx: AsyncSession, rule: Rule, type_: str, told: Told) -> None:
        """No day runs for what is live, until it moves to one."""
        for each in rule.rests:
            if each.event == type_ and each.fits(told.data):
                await tx.execute(REST, _own(rule, each, told))

    async def _end(self, tx: AsyncSession, rule: Rule, type_: str, told: Told) -> None:
        """Nothing is to be done any more; of another subject's event it is kept, lest the start come later than the end."""
        for each in rule.ends:
            if each.event != type_ or not each.fits(told.data):
                continue
            if each.about:
                row = self._row(rule, _about(each.about, told), told) | {"ended_at": told.at}
                await tx.execute(END_UNLESS_OLDER, row)
            else:
                await tx.execute(END, _own(rule, each, told))


def _own(rule: Rule, what: Start | End, told: Told) -> dict[str, Any]:
    return {"its_rule": rule.key, "its_about": _about(what.about, told), "told": told.at}


def _about(fields: Sequence[str], told: Told) -> str:
    return "/".join(str(told.data[each]) for each in fields) or told.subject


def _bundle(rule: Rule, about: str, data: Mapping[str, Any]) -> str:
    """Whom it is told to, where they hear of many at once; else the day alone."""
    if not rule.together:
        return about
    return ",".join(sorted(each.key for to in rule.to for each in audiences(to, data)))


def _day(told: str | None) -> date | None:
    return None if told is None else date.fromisoformat(told)
