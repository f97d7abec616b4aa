"""What two schemas say of one thing, and whether it fits: each is asked by itself, under its own role.

The two are never seen as of one moment. What does not fit at first is looked at again for a while, and is broken only if it
still does not fit and no event that could mend it is on its way.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.invariants.invariant import BEGINNING, SLICE, Broken, Invariant, Key, Slice
from services.invariants.walking import UNJUDGED, Begin, Pace, Report, Say, telling, unjudged

Facts = tuple[Any, ...]
UNDER_WAY = "under way"
LOOK_AGAIN_SECONDS = 0.5

OPEN = """
select substring(subject from length(:kind) + 2)::uuid from (
    select subject from outbox_delivery where delivered_at is null and dead_at is null
    union all
    select d.subject from outbox_delivery d join outbox_lane l on l.subscriber = d.subscriber and l.subject = d.subject
    where d.delivered_at is null and d.dead_at is not null and l.parked_at is not null
    union all
    select subject from outbox where not routed
) moving where subject = any(:subjects)
"""
"""Of which things events are still on their way, each sort found by its index; what somebody passed over is not."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one service says: rows (key, facts...) of a `table` by its `key`; `{slice}` in the statement limits them.

    Where no index has the key, it is walked by another column.
    """

    service: str
    table: str
    statement: str
    key: str = "id"
    given: Mapping[str, Any] | None = None
    walked_by: str = ""

    @property
    def walk(self) -> Invariant:
        """How its table is gone through."""
        return Invariant("", "", self.table, _nothing, self.walked_by or self.key)

    async def slice(self, begin: Begin, after: Key, at_most: int) -> tuple[Slice | None, list[Facts]]:
        """The next slice and what is said of it."""
        by = self.walk.key
        async with begin() as tx:
            rows = await self.walk.next_slice(tx, after, at_most)
            if rows is None:
                return None, []
            limit = f"t.{by} > :after and t.{by} <= :upto"
            found = await tx.execute(
                text(self.statement.replace(SLICE, limit)),
                {**(self.given or {}), "after": rows.after, "upto": rows.upto},
            )
            return rows, [tuple(each) for each in found]

    async def of(self, begin: Begin, keys: Collection[UUID]) -> list[Facts]:
        """What is said of these."""
        statement = text(self.statement.replace(SLICE, f"t.{self.key} = any(:keys)"))
        async with begin() as tx:
            found = await tx.execute(statement, {**(self.given or {}), "keys": list(keys)})
            return [tuple(each) for each in found]


@dataclass(frozen=True, slots=True)
class Agreement:
    """`says` how one side's facts and the other's belong together; `fits` says what does not, or nothing.

    `kind` is that of the events' subjects that bring the two together, if events do.
    """

    name: str
    says: str
    one: Side
    other: Side
    fits: Callable[[Facts, Facts | None], str]
    kind: str = ""

    @property
    def services(self) -> tuple[str, ...]:
        """Whose schemas it reads."""
        return tuple(dict.fromkeys((self.one.service, self.other.service)))


async def _nothing(*_: object) -> Iterable[Any]:
    return ()


async def compare(
    agreement: Agreement, begins: Mapping[str, Begin], pace: Pace, patience: float, say: Say
) -> Report:
    """Go through all that the one side says, and tell what the other does not fit."""
    report = Report(" and ".join(agreement.services), agreement.name, agreement.says)
    one, other = begins[agreement.one.service], begins[agreement.other.service]
    after: Key = BEGINNING
    tell = telling(report, pace, say)
    suspects: set[UUID] = set()
    while True:
        rows, said = await agreement.one.slice(one, after, pace.rows)
        if rows is None:
            break
        suspects |= (await _unfit(agreement, said, other)).keys()
        if rows.last:
            break
        after = rows.upto
        tell()
        await asyncio.sleep(pace.pause)
    async for unfit, open_ones in _settled(agreement, begins, suspects, pace, patience):
        for key, why in sorted(unfit.items()):
            if key in open_ones or why == UNDER_WAY:
                report.under_way += 1
            else:
                report.note(Broken(str(key), why))
    return report


async def _unfit(agreement: Agreement, said: Collection[Facts], other: Begin) -> dict[UUID, str]:
    answers = {row[0]: row[1:] for row in await agreement.other.of(other, {row[0] for row in said})}
    judged = ((row[0], _judged(agreement, row[1:], answers.get(row[0]))) for row in said)
    return {key: why for key, why in judged if why}


def _judged(agreement: Agreement, one: Facts, other: Facts | None) -> str:
    try:
        return agreement.fits(one, other)
    except UNJUDGED as error:
        return unjudged(error)


async def _settled(
    agreement: Agreement, begins: Mapping[str, Begin], suspects: Collection[UUID], pace: Pace, patience: float
) -> AsyncIterator[tuple[dict[UUID, str], set[UUID]]]:
    """Look again at what did not fit, until it does or patience ends: what then does not, and of what of it events are on their way."""
    until, wrong, last = time.monotonic() + patience, sorted(suspects), False
    while wrong and not last:
        last = time.monotonic() >= until
        still: list[UUID] = []
        for some in (wrong[at : at + pace.rows] for at in range(0, len(wrong), pace.rows)):
            open_ones = await _on_their_way(agreement, begins, some)
            said = await agreement.one.of(begins[agreement.one.service], some)
            unfit = await _unfit(agreement, said, begins[agreement.other.service])
            if last:
                yield unfit, open_ones
            still += unfit
        wrong = still
        await asyncio.sleep(0 if last else LOOK_AGAIN_SECONDS)


async def _on_their_way(agreement: Agreement, begins: Mapping[str, Begin], keys: Iterable[UUID]) -> set[UUID]:
    """Asked before the sides are read again: what is heard in between is seen there."""
    if not agreement.kind:
        return set()
    asked = {"kind": agreement.kind, "subjects": [f"{agreement.kind}/{key}" for key in keys]}
    found: set[UUID] = set()
    for service in agreement.services:
        async with begins[service]() as tx:
            found |= set(await tx.scalars(text(OPEN), asked))
    return found
