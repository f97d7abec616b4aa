"""How long to wait before the next attempt: doubling, capped, with jitter so that many do not come at once."""

import random
import time
from dataclasses import dataclass


def back_off(failures: int, *, first: float, longest: float) -> float:
    """Seconds to wait after the given number of failures in a row."""
    whole = min(longest, first * 2.0 ** min(failures - 1, 30))
    return whole * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret


@dataclass(slots=True)
class Strain:
    """How a subscriber bears up: while it does not answer it is only tried now and then, with one call at a time."""

    first: float
    longest: float
    failures: int = 0
    until: float = 0.0

    def trouble(self) -> None:
        """It did not answer; calls that failed together count once."""
        now = time.monotonic()
        if now >= self.until:
            self.failures += 1
            self.until = now + back_off(self.failures, first=self.first, longest=self.longest)

    def ease(self) -> None:
        """It answered."""
        self.failures, self.until = 0, 0.0

    @property
    def pause(self) -> float:
        """Seconds until it may be tried again."""
        return max(0.0, self.until - time.monotonic())

    def room(self, at_once: int) -> int:
        """How many calls may be under way."""
        if self.pause:
            return 0
        return 1 if self.failures else at_once
