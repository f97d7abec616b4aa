"""A loader: what is asked for at one level of a query is brought together, each thing once.

It gathers as Strawberry's DataLoader does, over the same two turns of the loop. What it promises is no future: a future tells each
who waits in a turn of the loop of its own, and a plan, which has many values waiting for the same thing, wants to be told once and at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, Hashable, Sequence
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Promise(Generic[T]):
    """Something that is on its way; it may be awaited, by many and more than once."""

    __slots__ = ("_error", "_trace", "_value", "_waiting")
    _value: T

    def __init__(self) -> None:
        self._waiting: list[Callable[[Promise[T]], None]] | None = []
        self._error: BaseException | None = None

    def done(self) -> bool:
        """Whether it is there, or will never be."""
        return self._waiting is None

    def result(self) -> T:
        """It, once it is there.

        Raises:
            BaseException: why it will never be.
        """
        if self._error is not None:
            raise self._error.with_traceback(self._trace)
        return self._value

    def then(self, call: Callable[[Promise[T]], None]) -> None:
        """Have it called as soon as this is there, which it is not."""
        assert self._waiting is not None
        self._waiting.append(call)

    def settle(self, outcome: T | BaseException) -> None:
        """Tell whoever waits: that it is there, or why it will never be."""
        if isinstance(outcome, BaseException):
            self._error, self._trace = outcome, outcome.__traceback__
        else:
            self._value = outcome
        waiting, self._waiting = self._waiting or (), None
        for call in waiting:
            call(self)

    def __await__(self) -> Generator[Any, None, T]:
        """Wait for it; who stops waiting keeps it from nobody else."""
        if self._waiting is not None:
            woken = asyncio.get_running_loop().create_future()
            self._waiting.append(lambda _: None if woken.done() else woken.set_result(None))
            yield from woken
        return self.result()


class Loader(Generic[K, T]):
    """Brings things by their keys, each once as long as it lives."""

    def __init__(
        self, load: Callable[[list[K]], Awaitable[Sequence[T | BaseException]]], most: int | None = None
    ) -> None:
        """One that has them from `load`, for as many keys at once as `most`: for each the thing, or why there is none."""
        self._load = load
        self._most = most
        self._known: dict[K, Promise[T]] = {}
        self._due: dict[K, Promise[T]] = {}
        """What is asked for together."""
        self._loading: set[asyncio.Task[None]] = set()

    def load(self, key: K) -> Promise[T]:
        """What there is by a key."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Promise()
            if not self._due or len(self._due) == self._most:
                self._due = {}
                asyncio.get_running_loop().call_soon(self._begin, self._due)
            self._due[key] = known
        return known

    def _begin(self, due: dict[K, Promise[T]]) -> None:
        loading = asyncio.create_task(self._bring(due))
        self._loading.add(loading)
        loading.add_done_callback(self._loading.discard)

    async def _bring(self, due: dict[K, Promise[T]]) -> None:
        if self._due is due:
            self._due = {}
        try:
            found = await self._load(list(due))
            if len(found) != len(due):
                raise RuntimeError(f"{len(found)} things were brought for {len(due)} keys")
        except Exception as error:  # noqa: BLE001 - it is told to whoever asked
            found = [error] * len(due)
        for promise, outcome in zip(due.values(), found, strict=True):
            promise.settle(outcome)
