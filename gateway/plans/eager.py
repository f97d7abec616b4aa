"""A coroutine that begins at once, as tasks may from Python 3.12 on (`eager_start`); until then nothing else does.

Most resolvers await one thing that a loader brings, or nothing at all. A task of asyncio would cost each two turns of the loop
and more than all the rest of a plan. It is a task to whatever looks for the current one (time-outs, aiohttp, anyio): it is
entered and left as asyncio's documentation lets other implementations do, runs in a context of its own, and is cancelled alike.
"""

from __future__ import annotations

import asyncio
from asyncio import _enter_task, _leave_task
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any


class Eager:
    """A coroutine on its way."""

    _done = False
    _then: Callable[[Eager], None] | None = None
    _result: Any = None
    _error: BaseException | None = None
    _fut_waiter: asyncio.Future[Any] | None = None
    _must_cancel = False
    _cancel_says: Any = None
    _cancels = 0

    def __init__(self, coroutine: Coroutine[Any, Any, Any], within: asyncio.Task[Any]) -> None:
        """Begin it, from within a task of asyncio's."""
        self._coroutine, self._context = coroutine, copy_context()
        self._loop = loop = within.get_loop()
        _leave_task(loop, within)
        try:
            self._context.run(self._step)
        finally:
            _enter_task(loop, within)

    def done(self) -> bool:
        """Whether it has ended."""
        return self._done

    def result(self) -> Any:
        """What it returned.

        Raises:
            BaseException: what it raised.
        """
        if self._error is not None:
            raise self._error
        return self._result

    def then(self, call: Callable[[Eager], None]) -> None:
        """Have it called once this has ended, which it has not."""
        self._then = call

    def cancel(self, msg: Any = None) -> bool:
        """As a task's."""
        if self._done:
            return False
        self._cancels += 1
        if self._fut_waiter is None or not self._fut_waiter.cancel(msg):
            self._must_cancel, self._cancel_says = True, msg
        return True

    def cancelling(self) -> int:
        """As a task's."""
        return self._cancels

    def uncancel(self) -> int:
        """As a task's."""
        self._cancels = max(0, self._cancels - 1)
        return self._cancels

    def get_coro(self) -> Coroutine[Any, Any, Any]:
        """As a task's."""
        return self._coroutine

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """As a task's."""
        return self._loop

    def get_name(self) -> str:
        """As a task's."""
        return "resolver"

    def _step(self, error: BaseException | None = None) -> None:
        """Go on, in its own context, until something is awaited."""
        if self._must_cancel:
            self._must_cancel = False
            error = error if isinstance(error, asyncio.CancelledError) else self._cancelled()
        self._fut_waiter = None
        _enter_task(self._loop, self)  # type: ignore[arg-type]
        try:
            self._await(self._coroutine.send(None) if error is None else self._coroutine.throw(error))
        except StopIteration as ended:
            self._end(ended.value, None)
        except BaseException as failed:  # noqa: BLE001 - it is told to whoever awaits this
            self._end(None, failed)
        finally:
            _leave_task(self._loop, self)  # type: ignore[arg-type]

    def _await(self, awaited: Any) -> None:
        if awaited is None:  # a turn of the loop
            self._loop.call_soon(self._step, context=self._context)
            return
        awaited._asyncio_future_blocking = False  # noqa: SLF001 - how a future and its task speak to each other
        awaited.add_done_callback(self._wake, context=self._context)
        self._fut_waiter = awaited
        if self._must_cancel and awaited.cancel(self._cancel_says):
            self._must_cancel = False

    def _cancelled(self) -> asyncio.CancelledError:
        return asyncio.CancelledError(*([] if self._cancel_says is None else [self._cancel_says]))

    def _wake(self, awaited: asyncio.Future[Any]) -> None:
        try:
            awaited.result()
        except BaseException as error:  # noqa: BLE001 - with what a cancellation says: anyio knows its own by that
            self._step(error)
        else:
            self._step()

    def _end(self, result: Any, error: BaseException | None) -> None:
        self._result, self._error, self._done = result, error, True
        if self._then is not None:
            self._then(self)
