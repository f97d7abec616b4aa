"""No request waits for a second connection of a pool while holding one: as many at once as the pool has would wait for ever.

Nor does one wait, holding one, for its turn at what takes a core, or for a file: others would have none meanwhile. Workers may, for there is one of each in a process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from services.admission.turns import Turns
from services.files.storage import ObjectStorage

HOLDER = "held by"
T = TypeVar("T")
Waits = Callable[..., Coroutine[Any, Any, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Holder:
    """A task of a request: what it holds, and the task that began it, which waits for it."""

    task: asyncio.Task[Any] | None
    above: Holder | None = None
    entries: list[ConnectionPoolEntry] = field(default_factory=list)

    def held(self) -> Iterator[ConnectionPoolEntry]:
        """What is held while this task takes one more; tasks beside it need not wait for it."""
        yield from (each for each in self.entries if each.info.get(HOLDER) is self)
        if self.above is not None:
            yield from self.above.held()


_holder: ContextVar[Holder | None] = ContextVar("holder", default=None)


def forbid_two() -> None:
    """From now on a request to an app of this process that takes a second connection fails, be it free or not."""
    event.listen(Pool, "checkout", _taken)
    event.listen(Pool, "checkin", _given_back)


def forbid_waiting() -> None:
    """From now on a request that takes a turn at slow work, or asks for a file, while it holds a connection, fails."""
    slow: tuple[tuple[Any, str], ...] = (
        (Turns, "__aenter__"),
        (ObjectStorage, "open"),
        (ObjectStorage, "found"),
    )
    for owner, name in slow:
        setattr(owner, name, _empty_handed(getattr(owner, name)))


def _empty_handed(wait: Waits) -> Waits:
    @wraps(wait)
    async def waits(*args: Any) -> Any:
        holder = _current()
        assert holder is None or not any(holder.held()), "a connection is held, while slow work is waited for"
        return await wait(*args)

    return waits


async def serve(request: Coroutine[Any, Any, T]) -> T:
    """What comes of a request, which is a task of its own as at a server."""

    async def begun() -> T:
        _holder.set(Holder(asyncio.current_task()))
        return await request

    return await asyncio.create_task(begun())


def _taken(_: Any, entry: ConnectionPoolEntry, __: Any) -> None:
    holder = _current()
    if holder is None:
        return
    others = (each for each in holder.held() if each is not entry)  # one found dead is told of again
    assert not any(_pool(each) is _pool(entry) for each in others), "a second connection, while one is held"
    holder.entries.append(entry)
    entry.info[HOLDER] = holder


def _given_back(_: Any, entry: ConnectionPoolEntry) -> None:
    entry.info.pop(HOLDER, None)  # a commit is a task of its own: who gives back need not be who took


def _current() -> Holder | None:
    """Who takes one now: a task that was begun by a request is of the request."""
    holder = _holder.get()
    task = asyncio.current_task() if holder else None
    if holder is not None and holder.task is not task:
        holder = Holder(task, holder)
        _holder.set(holder)
    return holder


def _pool(entry: Any) -> Pool:
    pool: Pool = entry._ConnectionRecord__pool  # noqa: SLF001 - not told otherwise
    return pool
