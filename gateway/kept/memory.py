"""Answers in a bounded memory, each until it is too old or something it tells of has changed.

What is purged is counted. An answer remembers the count at which it was asked for, and is good while nothing that it
tells of was purged at a later one: so an answer that was on its way when a purge came is never kept, and no list of
answers by what they tell of is needed. An answer that many wait for is asked for once; who comes after a purge does not
wait for what was asked for before it.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

OVERHEAD = 1000
"""About how many bytes an answer takes beside its body."""
MOST_PURGES = 10_000
"""How many purges are remembered one by one; what was asked for before an older one is kept no longer."""
Key: TypeAlias = tuple[str, ...]
Ask: TypeAlias = Callable[[], Awaitable[Any]]
Pay: TypeAlias = Callable[[], Awaitable[object]]
"""Takes from what somebody may ask of the services in a while; what is kept costs nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was told, as JSON, and when it was asked for."""

    body: bytes
    at: float
    until: float
    purges: int
    tags: Collection[str]

    def size(self, key: Key) -> int:
        """How much memory it takes, about."""
        return OVERHEAD + len(self.body) + sum(map(len, key))


class Purges:
    """What was purged, and as the how manieth."""

    def __init__(self) -> None:
        self.count = 0
        self._last: OrderedDict[str, int] = OrderedDict()
        self._all = 0

    def add(self, tags: Collection[str]) -> None:
        """These have changed."""
        self.count += 1
        for tag in tags:
            self._last[tag] = self.count
            self._last.move_to_end(tag)
        while len(self._last) > MOST_PURGES:
            _, self._all = self._last.popitem(last=False)

    def all(self) -> None:
        """Anything may have changed."""
        self.count += 1
        self._all = self.count
        self._last.clear()

    def spare(self, tags: Collection[str], asked: int) -> bool:
        """Whether what was asked for at a count, and tells of these, still holds."""
        return self._all <= asked and all(self._last.get(tag, 0) <= asked for tag in tags)


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer that is on its way."""

    purges: int
    coming: asyncio.Task[Answer]


class Memory:
    """The answers that are kept; whoever was heard of last is thrown out last."""

    def __init__(self, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.size = size
        self.clock = clock
        self.held = 0
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._asked: dict[Key, Asked] = {}
        self._purges = Purges()

    def __len__(self) -> int:
        return len(self._answers)

    async def get(
        self, key: Key, tags: Collection[str], seconds: float, ask: Ask, pay: Pay | None = None
    ) -> Answer:
        """The answer that is kept, or comes already; else what is asked for now, and kept for so long.

        Raises:
            Refusal: what the service refused; it is not kept.
        """
        if (found := self._good(key)) is not None:
            return found
        if pay is not None and self._coming(key, tags) is None:
            await pay()
        asked = self._coming(key, tags) or self._ask(key, tags, seconds, ask)
        return await asyncio.shield(asked.coming)

    def known(self, key: Key) -> Answer | None:
        """The answer, if it is kept."""
        return self._good(key)

    def keeping(self, tags: Collection[str], seconds: float) -> Callable[[Key, Any], None]:
        """How to keep what is asked for from now on; where it was purged meanwhile, it is not kept."""
        purges, at = self._purges.count, self.clock()

        def keep(key: Key, told: Any) -> None:
            self._keep(key, Answer(orjson.dumps(told), at, at + seconds, purges, tags))

        return keep

    def purge(self, tags: Collection[str]) -> None:
        """Keep nothing that tells of these, nor what of it is on its way."""
        self._purges.add(tags)

    def purge_all(self) -> None:
        """Keep nothing of what there is."""
        self._purges.all()
        self._answers.clear()
        self.held = 0

    def _good(self, key: Key) -> Answer | None:
        found = self._answers.get(key)
        if found is None:
            return None
        if self.clock() < found.until and self._purges.spare(found.tags, found.purges):
            self._answers.move_to_end(key)
            return found
        self._drop(key)
        return None

    def _coming(self, key: Key, tags: Collection[str]) -> Asked | None:
        asked = self._asked.get(key)
        return asked if asked and self._purges.spare(tags, asked.purges) else None

    def _ask(self, key: Key, tags: Collection[str], seconds: float, ask: Ask) -> Asked:
        purges, at = self._purges.count, self.clock()

        async def answered() -> Answer:
            answer = Answer(orjson.dumps(await ask()), at, at + seconds, purges, tags)
            self._keep(key, answer)
            return answer

        asked = self._asked[key] = Asked(purges, asyncio.create_task(answered()))
        asked.coming.add_done_callback(lambda _: self._over(key, asked))
        return asked

    def _over(self, key: Key, asked: Asked) -> None:
        """Nobody may wait any more: what it failed of is told to whoever does."""
        if self._asked.get(key) is asked:
            del self._asked[key]
        if not asked.coming.cancelled():
            asked.coming.exception()

    def _keep(self, key: Key, answer: Answer) -> None:
        if not (self.clock() < answer.until and self._purges.spare(answer.tags, answer.purges)):
            return
        self._drop(key)
        self._answers[key] = answer
        self.held += answer.size(key)
        while self.held > self.size:
            self._drop(next(iter(self._answers)))

    def _drop(self, key: Key) -> None:
        if (dropped := self._answers.pop(key, None)) is not None:
            self.held -= dropped.size(key)
