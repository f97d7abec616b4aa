"""A look costs what there is to look at, however much that is: tables are walked along an index, and what is broken is counted."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.local.bootstrap import SERVICES
from deploy.local.layout import PROJECT
from services.invariants.agreement import Agreement, Facts, Side, compare
from services.invariants.checking import Everything
from services.invariants.invariant import BEGINNING, Broken, Invariant, Key, Slice
from services.invariants.walking import NAMED, Begin, Pace, Report

Sessions = Callable[[str], AbstractAsyncContextManager[AsyncSession]]
KEYS = [UUID(int=number) for number in range(1, 6)]


def walks(service: str) -> list[Invariant]:
    """Every way in which tables of a service are gone through."""
    everything = Everything.by(PROJECT / "policies", "qinghai")
    sides = [each.one for each in everything.agreements if each.one.service == service]
    return [*everything.invariants[service], *(side.walk for side in sides)]


@pytest.mark.parametrize("service", SERVICES)
async def test_every_walk_follows_an_index(session: Sessions, service: str) -> None:
    """Whose slices had to be sorted would read the whole table for each."""
    async with session(service) as tx:
        for way in ("seqscan", "bitmapscan", "sort"):
            await tx.execute(text(f"set local enable_{way} = off"))
        for each in walks(service):
            told = await tx.scalars(text(f"explain {each.ahead}"), {"after": each.first, "many": 2000})
            plan = "\n".join(told)
            assert "Sort" not in plan, (each.table, each.key, plan)


def test_of_much_that_is_broken_the_first_are_named() -> None:
    """The others are counted."""
    report = Report("quota", "reservation.once", "a recommendation has one reservation")
    for slice_ in range(3):
        report.note(*(Broken(f"{slice_}-{row}") for row in range(NAMED - 1)))
    assert [each.subject for each in report.broken] == [*(f"0-{row}" for row in range(NAMED - 1)), "1-0"]
    assert report.more == 3 * (NAMED - 1) - NAMED


@dataclass(frozen=True, slots=True)
class Known(Side):
    """A side that knows keys by heart, and how many it was asked for at once."""

    keys: tuple[UUID, ...] = ()
    asked: list[int] = field(default_factory=list)

    async def slice(self, begin: Begin, after: Key, at_most: int) -> tuple[Slice | None, list[Facts]]:
        """The next of them."""
        del begin
        some = [key for key in self.keys if key > (after or BEGINNING)][:at_most]  # type: ignore[operator]
        return (Slice(after, some[-1], last=len(some) < at_most) if some else None), [(key,) for key in some]

    async def of(self, begin: Begin, keys: Collection[UUID]) -> list[Facts]:
        """Those that it knows."""
        del begin
        self.asked.append(len(keys))
        return [(key,) for key in self.keys if key in keys]


async def test_much_that_does_not_fit_is_looked_at_again_slice_by_slice() -> None:
    """Each is told once, and neither side is ever asked for more than a slice."""
    one, other = Known("quota", "x", "", keys=tuple(KEYS)), Known("workflow", "x", "", keys=(KEYS[0],))
    agreement = Agreement(
        "x", "both know it", one, other, lambda _, told: "" if told is not None else "unknown"
    )
    nothing: dict[str, Any] = {"quota": None, "workflow": None}
    report = await compare(agreement, nothing, Pace(rows=2), 0.0, lambda _: None)
    assert [each.subject for each in report.broken] == [str(key) for key in KEYS[1:]]
    assert max(one.asked + other.asked) == 2
