"""What two schemas say of one thing, and whether it fits: each is asked by itself, under its own role.

The two are never seen as of one moment. What does not fit at first is looked at again for a while, and is broken only if it
still does not fit and no event that could mend it is on its way.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.invariants.invariant import BEGINNING, SLICE, Invariant, Key, Slice
from services.invariants.walking import UNJUDGED, Begin, Pace, Report, Say, telling, unjudged

Facts = tuple[Any, ...]
UNDER_WAY = "under way"
LOOK_AGAIN_SECONDS = 0.5

OPEN = """
select distinct substring(d.subject from length(:kind) + 2)::uuid from outbox_delivery d
left join outbox_lane l on l.subscriber = d.subscriber and l.subject = d.subject
where d.subject = any(:subjects) and d.delivered_at is null and (d.dead_at is null or l.parked_at is not null)
union
select substring(subject from length(:kind) + 2)::uuid from outbox where not routed and subject = any(:subjects)
"""
"""Of which things events are still on their way; what somebody passed over is not."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one service says: rows (key, facts...) of a `table` by its `key`; `{slice}` in the statement limits them."""

    service: str
    table: str
    statement: str
    key: str = "id"
    given: Mapping[str, Any] | None = None

    async def slice(self, begin: Begin, after: Key, at_most: int) -> tuple[Slice | None, list[Facts]]:
        """The next slice and what is said of it."""
        walked = Invariant("", "", self.table, _nothing, self.key)
        async with begin() as tx:
            rows = await walked.next_slice(tx, after, at_most)
            if rows is None:
                return None, []
            limit = f"t.{self.key} > :after and t.{self.key} <= :upto"
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
    await _settle(agreement, begins, suspects, patience, report)
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


async def _settle(
    agreement: Agreement, begins: Mapping[str, Begin], suspects: set[UUID], patience: float, report: Report
) -> None:
    """Look again at what did not fit, until it does or patience ends."""
    until, wrong = time.monotonic() + patience, dict.fromkeys(suspects, "")
    open_ones: set[UUID] = set()
    while wrong:
        open_ones = await _on_their_way(agreement, begins, wrong)
        said = await agreement.one.of(begins[agreement.one.service], wrong.keys())
        wrong = await _unfit(agreement, said, begins[agreement.other.service])
        if time.monotonic() > until:
            break
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
    for key, why in sorted(wrong.items()):
        report.tell(str(key), why, under_way=key in open_ones or why == UNDER_WAY)


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
