"""One open stream as the process sees it: which changes are for it, and those it has not sent yet."""

import asyncio
from collections import deque
from collections.abc import Collection, Mapping
from contextlib import suppress
from uuid import UUID

from sqlalchemy import RowMapping

from services.notifications.live.states import Ending


class Reader:
    """A reader's places, and a bounded line of changes; who does not keep up is cut off, and goes on by cursor."""

    def __init__(self, account_id: UUID, places: Mapping[str, Collection[str]], longest: int) -> None:
        self.account_id = account_id
        self.places = places
        self.ended: Ending | None = None
        self._longest = longest
        self._line: deque[RowMapping] = deque()
        self._woken = asyncio.Event()

    def offer(self, change: RowMapping) -> None:
        """Put a change in the line, if it is for this reader."""
        roles = change["to_roles"]
        if roles is not None and not set(roles) & set(self.places[change["to_audience"]]):
            return
        if len(self._line) >= self._longest:
            self.end(Ending.SLOW)
        elif self.ended is None:
            self._line.append(change)
            self._woken.set()

    def end(self, why: Ending) -> None:
        """Let the stream end, and forget what waits: it comes again by the cursor."""
        self.ended = self.ended or why
        self._line.clear()
        self._woken.set()

    async def waiting(self, seconds: float) -> list[RowMapping]:
        """The changes in the line; none where none came in time or the stream is to end."""
        if not self._line and self.ended is None:
            self._woken.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
        told, self._line = list(self._line), deque()
        return told
