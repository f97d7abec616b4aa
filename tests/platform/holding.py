"""No request waits for a second connection of a pool while holding one: as many at once as the pool has would wait for ever.

Nor does one wait, holding one, for its turn at what takes a core, or for a file: others would have none meanwhile. Workers may, for there is one of each in a process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from services.admission.turns import Turns
from services.files.storage import ObjectStorage

HOLDER = "held by"
T = TypeVar("T")
Waits = Callable[..., Coroutine[Any, Any, Any]]
_held: WeakKeyDictionary[asyncio.Task[Any], list[ConnectionPoolEntry]] = WeakKeyDictionary()


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
        task = _task()
        assert task is None or not _held.get(task), "a connection is held, while slow work is waited for"
        return await wait(*args)

    return waits


async def serve(request: Coroutine[Any, Any, T]) -> T:
    """What comes of a request, which is a task of its own as at a server."""
    task = asyncio.create_task(request)
    _held[task] = []
    return await task


def _taken(_: Any, entry: ConnectionPoolEntry, __: Any) -> None:
    task = _task()
    if task is None or (held := _held.get(task)) is None:
        return
    assert not any(_pool(each) is _pool(entry) for each in held), "a second connection, while one is held"
    held.append(entry)
    entry.info[HOLDER] = task


def _given_back(_: Any, entry: ConnectionPoolEntry) -> None:
    task = entry.info.pop(HOLDER, None)  # a commit is a task of its own: who gives back need not be who took
    if task is not None:
        _held[task].remove(entry)


def _task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def _pool(entry: Any) -> Pool:
    pool: Pool = entry._ConnectionRecord__pool  # noqa: SLF001 - not told otherwise
    return pool
