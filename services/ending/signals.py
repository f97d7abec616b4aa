"""When the process is told to stop: the server waits for every open answer before it shuts an application down.

Answers that stay open must therefore hear of the signal itself, or they hold the process until its patience ends.
"""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def at_the_end(end: Callable[[], None]) -> Iterator[None]:
    """Call `end` as soon as the server is told to stop, beside what the server does itself.

    Under another server, or in a thread, nothing is heard, and open answers end with the process.
    """
    loop = asyncio.get_running_loop()
    heard = [each for each in SIGNALS if isinstance(_owner(each), uvicorn.Server)]
    before = {each: signal.getsignal(each) for each in heard}

    def told(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(end)
        first = before[signal.Signals(number)]
        assert callable(first)
        first(number, frame)

    for each in heard:
        signal.signal(each, told)
    try:
        yield
    finally:
        for each, first in before.items():
            signal.signal(each, first)


def _owner(number: signal.Signals) -> object:
    return getattr(signal.getsignal(number), "__self__", None)
