"""Turns at what takes a core: some at once, a short queue, and an honest answer to whoever comes beyond it.

Whoever waits holds a request, and must hold nothing that others need: no connection to the database, no row.
"""

import asyncio
from collections.abc import Callable
from typing import Self, TypeVar

from services.admission.errors import TooBusy
from services.kit.errors import soon

T = TypeVar("T")


class Turns:
    """At most `at_once` are at work and `queue` more wait; `async with` takes a turn, `TooBusy` is raised beyond.

    `part` is what refusals name.
    """

    def __init__(self, at_once: int, queue: int, *, part: str) -> None:
        self._gate = asyncio.Semaphore(at_once)
        self._most, self._present, self._part = at_once + queue, 0, part

    async def __aenter__(self) -> Self:
        if self._present >= self._most:
            raise TooBusy(part=self._part, seconds=soon())
        self._present += 1
        try:
            await self._gate.acquire()
        except BaseException:  # who waited goes away
            self._present -= 1
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self._gate.release()
        self._present -= 1

    async def work(self, work: Callable[[], T]) -> T:
        """Do it in its turn, in a thread.

        Raises:
            TooBusy: too many wait; an honest answer now is better than a late one.
        """
        async with self:
            return await asyncio.to_thread(work)


PAPERS = Turns(2, 16, part="papers")
"""Papers, pictures and workbooks of a process: one takes a core for some tenths of a second, so the last of the queue waits
for a few; more at once than a process has cores would only make each of them slower."""
