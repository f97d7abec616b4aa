"""How long an answer is waited for: told by the caller, passed on with every call, kept by whoever works on it.

The header is Envoy's: milliseconds for which the caller goes on waiting. Proxies and meshes set it, and heed it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

from starlette.requests import HTTPConnection

from services.kit.errors import Unavailable

HEADER = "x-envoy-expected-rq-timeout-ms"
DIGITS = 9
KEPT_BACK, MOST_KEPT_BACK = 0.1, 0.1
"""The share of what is left, and the most seconds of it, that are not passed on: the answer has to come back in time."""

_ends: ContextVar[float | None] = ContextVar("ends", default=None)


class DeadlineExceeded(Unavailable):
    """The time that the caller gave was over before the answer was there; what was begun is rolled back."""

    code = "DEADLINE_EXCEEDED"
    zh = "{part} 服务未能在限定时间内完成，处理已中止。写操作请用同一 Idempotency-Key 重试，不会重复办理；查询请缩小范围或稍后再试"
    en = (
        "The {part} service did not finish within the time given, and stopped. Repeat a write with the same"
        " Idempotency-Key, it is not done twice; ask for less, or later, where it was a question."
    )


def told(headers: Mapping[str, str]) -> float | None:
    """The seconds for which a caller waits; None where it does not say, or nothing that makes sense."""
    given = headers.get(HEADER, "")
    fits = given.isascii() and given.isdigit() and len(given) <= DIGITS
    return int(given) / 1000 or None if fits else None


@contextmanager
def begun(headers: Mapping[str, str], seconds: float | None) -> Iterator[None]:
    """Within it there is a deadline: after `seconds`, or earlier where the caller says so."""
    given = [each for each in (told(headers), seconds) if each is not None]
    before = _ends.set(time.monotonic() + min(given) if given else None)
    try:
        yield
    finally:
        _ends.reset(before)


def left() -> float | None:
    """The seconds until the deadline, 0 after it; None: there is none."""
    ends = _ends.get()
    return None if ends is None else max(0.0, ends - time.monotonic())


@asynccontextmanager
async def kept(part: str) -> AsyncIterator[None]:
    """Whatever is done within it stops at the deadline: a statement is cancelled, a transaction rolled back.

    Raises:
        DeadlineExceeded: it was over first.
    """
    try:
        async with asyncio.timeout(left()) as limit:
            yield
    except TimeoutError as error:
        if limit.expired():
            raise DeadlineExceeded(part=part) from error
        raise


@asynccontextmanager
async def of(request: HTTPConnection) -> AsyncIterator[None]:
    """The same for a request of a service, which has a deadline of its own unless it is about a file."""
    app = request.app.state
    seconds = None if request.scope["path"].startswith(app.unhurried) else app.settings.request_seconds
    with begun(request.headers, seconds):
        async with kept(app.service):
            yield


def passed_on(seconds: float) -> dict[str, str]:
    """The header of a call that is waited for so long."""
    milliseconds = int((seconds - min(seconds * KEPT_BACK, MOST_KEPT_BACK)) * 1000)
    return {HEADER: str(max(1, milliseconds))}
