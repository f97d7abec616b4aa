"""Reminds: what has come is told through every channel and the next time is set, in one transaction.

So a reminder that a killed process did not finish was not sent, and one that was sent is not sent again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any, Self
from uuid import UUID, uuid5

import structlog
from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import clock
from services.kit.clock import Moment
from services.kit.db import Database
from services.notifications.delivery.notice import Notice
from services.notifications.parts import Parts
from services.notifications.reminder.model import Reminder
from services.notifications.reminder.policy import Rule, stage_of
from services.notifications.reminder.schedule import latest, next_on, reminding_day
from services.notifications.template.audience import audiences, together
from services.notifications.template.rendering import render
from services.notifications.template.service import year_of

log = structlog.get_logger(__name__)
TYPE = "titles.notifications.reminder.due.v1"
AT_ONCE = 500
"""How many days are looked at in one transaction, and the rest of the last bundle with them."""

KEY = (Reminder.next_on, Reminder.rule, Reminder.bundle, Reminder.due_on)
Cursor = tuple[date, str, str, date]
FIRST: Cursor = (date.min, "", "", date.min)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Days of a rule that come at the same time for the same readers: one notice."""

    key: Cursor
    ids: tuple[UUID, ...]
    subject: str
    data: Mapping[str, Any]

    @classmethod
    def of(cls, rows: Sequence[Reminder]) -> Self:
        """The bundle of rows that have their key in common."""
        first = rows[0]
        return cls(_key(first), tuple(each.id for each in rows), first.subject, first.data)

    @property
    def rule(self) -> str:
        """The rule's key."""
        return self.key[1]

    @property
    def due_on(self) -> date:
        """The day."""
        return self.key[3]


class Reminding:
    """Sends the reminders whose time has come."""

    def __init__(self, database: Database, parts: Parts, *, simulated: bool) -> None:
        self._database = database
        self._reminders = parts.reminders
        self._labels = parts.catalogue.labels
        self._redaction = parts.catalogue.redaction
        self._policies = parts.policies
        self._channels = parts.channels
        self._simulated = simulated

    async def once(self) -> int:
        """Everything that has come; how many notices it made. Where another replica is at it, nothing is left to do."""
        made, cursor = 0, FIRST
        while True:
            async with self._database.begin() as tx:
                moment = await clock.now(tx, simulated=self._simulated)
                found = await self._take(tx, cursor, reminding_day(moment.instant, self._reminders.hour))
                if not found:
                    return made
                notices = await self._worded(tx, found, moment)
                for channel in self._channels:
                    await channel.deliver(tx, notices)
            made += len(notices)
            cursor = found[-1].key

    async def _take(self, tx: AsyncSession, cursor: Cursor, day: date) -> list[Bundle]:
        """The next bundles behind the cursor that have come by a day, their rows locked; none where another replica works."""
        alone = func.pg_try_advisory_xact_lock(func.hashtextextended("reminders", 0))
        if not await tx.scalar(select(alone)):
            return []
        due = (
            select(Reminder)
            .where(Reminder.next_on <= day, tuple_(*KEY) > cursor)
            .order_by(*KEY, Reminder.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        rows = list(await tx.scalars(due))
        bundles = [Bundle.of(list(same)) for _, same in groupby(rows, key=_key)]
        if len(rows) == AT_ONCE:
            bundles[-1] = await _whole(tx, bundles[-1])
        return bundles

    async def _worded(self, tx: AsyncSession, bundles: Sequence[Bundle], moment: Moment) -> list[Notice]:
        """The notices of bundles, whose next time is set; one that cannot be worded waits for somebody to mend that."""
        notices: list[Notice] = []
        day = reminding_day(moment.instant, self._reminders.hour)
        for each in bundles:
            rule = self._reminders.rules.get(each.rule)
            if rule is None:
                log.warning("what is reminded of is in no catalogue any more", rule=each.rule)
                await _set(tx, each, None)
                continue
            offsets = self._reminders.offsets(rule)
            stage = latest(each.due_on, offsets, day)
            try:
                notices += [] if stage is None else self._notices(rule, each, stage, moment)
            except KeyError:
                log.exception("a reminder cannot be worded from what its event told", rule=rule.key)
                continue
            await _set(tx, each, next_on(each.due_on, offsets, day))
        return notices

    def _notices(self, rule: Rule, bundle: Bundle, offset: int, moment: Moment) -> list[Notice]:
        stage = stage_of(offset)
        away = abs((bundle.due_on - moment.today).days)
        counted = {"due_on": bundle.due_on.isoformat(), "days": away, "count": len(bundle.ids)}
        data = {**bundle.data, **counted}
        texts = render(rule.words(stage), data, self._labels)
        outside = render(rule.words(stage), data, self._labels, outside=self._redaction)
        article = self._policies.of(year_of(data))[rule.article]
        told = together(audience for to in rule.to for audience in audiences(to, data))
        return [
            Notice(
                audience=audience,
                event_id=uuid5(bundle.ids[0], f"{bundle.due_on}/{offset}"),
                type=TYPE,
                template=f"{rule.key}.{stage}",
                topic=rule.topic,
                subject=bundle.subject,
                at=moment.instant,
                legal=False,
                texts=texts,
                outside=outside,
                basis=(article,),
            )
            for audience in told
        ]


def _key(row: Reminder) -> Cursor:
    assert row.next_on is not None, "only what comes is looked at"
    assert row.due_on is not None, "what comes has a day"
    return row.next_on, row.rule, row.bundle, row.due_on


async def _whole(tx: AsyncSession, bundle: Bundle) -> Bundle:
    """A bundle with the rest of its rows, where the limit cut it."""
    rest = (
        select(Reminder.id)
        .where(tuple_(*KEY) == bundle.key, Reminder.id > bundle.ids[-1])
        .order_by(Reminder.id)
        .with_for_update(skip_locked=True)
    )
    return replace(bundle, ids=(*bundle.ids, *await tx.scalars(rest)))


async def _set(tx: AsyncSession, bundle: Bundle, coming: date | None) -> None:
    """When a bundle comes next."""
    rows = update(Reminder).where(Reminder.id == func.any(bundle.ids)).values(next_on=coming)
    await tx.execute(rows, execution_options={"synchronize_session": False})
