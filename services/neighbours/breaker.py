"""A circuit breaker: a part that fails is left alone for a while, then asked once whether it is well again.

It opens when at least half of the last calls failed, and as many as could be no chance. Then one call is let through,
and after each pause in which nothing came of it another one, for it may be long; each that fails doubles the pause.
A call begun before it opened or closed says nothing of what is now.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from services.kit.errors import Unavailable

log = structlog.get_logger(__name__)
WINDOW_CALLS, WINDOW_SECONDS = 100, 30.0
LEAST_FAILURES, SHARE = 10, 0.5
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 30.0


class HeldBack(Unavailable):
    """A part that failed again and again is not asked for a while, so that it can recover."""


@dataclass(slots=True)
class Call:
    """A call under way; where it stays None, what came of it says nothing about the part."""

    failed: bool | None = None


class Breaker:
    """Whether a part may be asked now."""

    def __init__(self, part: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._part = part
        self._clock = clock
        self._heard: deque[tuple[float, bool]] = deque(maxlen=WINDOW_CALLS)
        self._pause = FIRST_PAUSE
        self._again_at: float | None = None
        self._turns = 0

    @property
    def held(self) -> int | None:
        """In how many seconds the part is asked again; None: it is asked."""
        return None if self._again_at is None else max(1, math.ceil(self._again_at - self._clock()))

    @contextmanager
    def call(self) -> Iterator[Call]:
        """A call of the part.

        Raises:
            HeldBack: the part is not asked now.
        """
        self._admit()
        turn, call = self._turns, Call()
        try:
            yield call
        finally:
            if turn == self._turns:
                self._settle(call.failed)

    def _admit(self) -> None:
        if self._again_at is None:
            return
        if (now := self._clock()) < self._again_at:
            raise HeldBack(part=self._part, seconds=self.held)
        self._again_at = now + self._pause

    def _settle(self, failed: bool | None) -> None:
        if self._again_at is None:
            self._hear(failed)
            return
        if failed:
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            self._open()
        elif failed is None:
            self._again_at = self._clock()
        else:
            self._close()

    def _hear(self, failed: bool | None) -> None:
        if failed is None:
            return
        now = self._clock()
        self._heard.append((now, failed))
        while self._heard[0][0] < now - WINDOW_SECONDS:
            self._heard.popleft()
        if failed:
            failures = sum(each for _, each in self._heard)
            if failures >= max(LEAST_FAILURES, SHARE * len(self._heard)):
                self._open()

    def _open(self) -> None:
        self._turns += 1
        self._again_at = self._clock() + self._pause
        log.warning("a part is held back", part=self._part, seconds=self._pause)

    def _close(self) -> None:
        self._turns += 1
        self._again_at, self._pause = None, FIRST_PAUSE
        self._heard.clear()
        log.info("a part is asked again", part=self._part)
