"""Which failed call is made again, after which pause: only what is safe to repeat, seldom, and never in a storm.

A pause is full jitter. Every call earns a fifth of a retry, so that where everything fails a fifth more is asked, not
three times as much.
"""

import random
from dataclasses import dataclass
from enum import Enum, auto

import aiohttp
import httpx

from services.kit import deadline
from services.kit.errors import Refusal, Unavailable

MOST = 2
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
EARNED, MOST_SAVED = 0.2, 10.0


class How(Enum):
    """How a call failed."""

    NOT_BEGUN = auto()
    """Nobody took it."""
    BROKEN_OFF = auto()
    """It may have been done, or not."""
    BUSY = auto()
    """It was sent away, to come again."""
    FINAL = auto()
    """It was answered, or took too long; the same would come of it again."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A call of which nothing came."""

    refusal: Refusal
    how: How
    cause: Exception | None = None

    @classmethod
    def lost(cls, error: Exception, part: str) -> "Failure":
        """One that got no answer."""
        return cls(Unavailable(part=part), _how(error), error)


def _how(error: Exception) -> How:
    """How a call got no answer; httpx's name for it is not to be relied on, its cause is."""
    cause = error.__cause__ or error
    if isinstance(error, httpx.ConnectError) or isinstance(cause, aiohttp.ClientConnectorError):
        return How.NOT_BEGUN
    late = isinstance(cause, TimeoutError | httpx.TimeoutException)
    return How.FINAL if late or isinstance(error, httpx.UnsupportedProtocol) else How.BROKEN_OFF


class Retries:
    """The retries of one process at one part."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._saved = MOST_SAVED

    def earn(self) -> None:
        """Count a call."""
        self._saved = min(self._saved + EARNED, MOST_SAVED)

    def pause(self, failure: Failure, tried: int, *, safe: bool) -> float | None:
        """The seconds to wait before it is tried again; None: it is not."""
        again = failure.how is How.NOT_BEGUN or (safe and failure.how is not How.FINAL)
        if not again or tried > self._most or self._saved < 1:
            return None
        seconds = _seconds(failure, tried)
        left = deadline.left()
        if seconds > LONGEST_PAUSE or (left is not None and seconds >= left):
            return None
        self._saved -= 1
        return seconds


def _seconds(failure: Failure, tried: int) -> float:
    told = failure.refusal.params.get("seconds") if failure.how is How.BUSY else None
    least = float(told) if isinstance(told, int) else 0.0
    return least + random.uniform(0, FIRST_PAUSE * 2**tried)  # noqa: S311 - nobody gains by guessing it
