"""When the process ends: the server waits for every open answer before it shuts an application down.

Answers that stay open must therefore hear of it from the server itself, or they hold the process until its patience ends.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.ending.server import Server


@contextmanager
def at_the_end(end: Callable[[], None]) -> Iterator[None]:
    """Call `end` as soon as the server lets nobody in any more.

    Under another server, or in a thread, nothing is heard, and open answers end with the process.
    """
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if not isinstance(server, Server):
        yield
        return
    server.at_last.append(end)
    try:
        yield
    finally:
        server.at_last.remove(end)
