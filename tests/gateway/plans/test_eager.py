"""A coroutine that begins at once is a task to whoever looks: time-outs, cancellation, context."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any

import anyio
import pytest

from gateway.plans.eager import Eager

WHO: ContextVar[str] = ContextVar("WHO", default="nobody")


def begun(coroutine: Coroutine[Any, Any, Any]) -> Eager:
    """It, begun by this test."""
    task = asyncio.current_task()
    assert task
    return Eager(coroutine, task)


async def ended(eager: Eager) -> Any:
    """How it ends."""
    if not eager.done():
        done = asyncio.Event()
        eager.then(lambda _: done.set())
        await done.wait()
    return eager.result()


async def test_it_begins_at_once() -> None:
    """What awaits nothing has ended before anybody else's turn; what it raises is raised to who asks."""

    async def two() -> int:
        return 2

    async def fails() -> None:
        raise ValueError("no")

    assert (first := begun(two())).done()
    assert first.result() == 2
    with pytest.raises(ValueError, match="no"):
        begun(fails()).result()


async def test_it_goes_on_when_what_it_awaits_is_there() -> None:
    """Futures, turns of the loop, errors of what is awaited."""
    future = asyncio.get_running_loop().create_future()

    async def waits() -> str:
        await asyncio.sleep(0)
        try:
            return str(await future)
        except ValueError as error:
            await asyncio.sleep(0.001)
            return f"saved: {error}"

    eager = begun(waits())
    assert not eager.done()
    future.set_exception(ValueError("oh"))
    assert await ended(eager) == "saved: oh"


async def test_it_is_the_current_task_while_it_runs() -> None:
    """Itself within, the one that began it outside."""
    seen = []

    async def looks() -> None:
        seen.append(asyncio.current_task())
        await asyncio.sleep(0)
        seen.append(asyncio.current_task())

    outside = asyncio.current_task()
    eager = begun(looks())
    assert asyncio.current_task() is outside
    await ended(eager)
    assert seen == [eager, eager]


async def test_a_timeout_within_stops_it_alone() -> None:
    """Whoever began it goes on."""

    async def late() -> str:
        try:
            async with asyncio.timeout(0.001):
                await asyncio.Event().wait()
        except TimeoutError:
            return "late"
        return "never"

    assert await ended(begun(late())) == "late"


async def test_a_timeout_of_anyio_within() -> None:
    """Clients of HTTP have their time-outs from it: it knows its own cancellation by what that says."""

    async def late(turn: bool) -> str:
        try:
            with anyio.fail_after(0 if turn else 0.001):
                if turn:
                    await asyncio.sleep(0)
                await asyncio.Event().wait()
        except TimeoutError:
            return "late"
        return "never"

    assert [await ended(begun(late(each))) for each in (False, True)] == ["late"] * 2


async def test_a_group_of_tasks_within() -> None:
    """A task of a group that fails stops what waits for the group, as in any task."""

    async def fails() -> None:
        await asyncio.sleep(0)
        raise ValueError("one")

    async def group() -> str:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(fails())
                await asyncio.Event().wait()
        except BaseExceptionGroup as stopped:
            return str(stopped.exceptions[0])
        return "never"

    assert await ended(begun(group())) == "one"


async def test_it_is_cancelled_as_a_task_is() -> None:
    """Where it waits, and before its next turn; not once it has ended."""

    async def waits(turn: bool) -> None:
        if turn:
            await asyncio.sleep(0)
        await asyncio.Event().wait()

    for turn in (False, True):
        eager = begun(waits(turn))
        assert eager.cancel()
        assert eager.cancelling() == 1
        with pytest.raises(asyncio.CancelledError):
            await ended(eager)
        assert not eager.cancel()


async def test_its_context_is_its_own() -> None:
    """What it sets nobody else sees, and it sees what was set when it began."""

    async def sets() -> tuple[str, str]:
        before = WHO.get()
        WHO.set("it")
        await asyncio.sleep(0)
        return before, WHO.get()

    WHO.set("test")
    eager = begun(sets())
    WHO.set("later")
    assert await ended(eager) == ("test", "it")
    assert WHO.get() == "later"
