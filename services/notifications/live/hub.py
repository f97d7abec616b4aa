"""What the streams of a process share: the look at changes, how many there may be, and how many ask the database at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import Database
from services.neighbours.client import Neighbour
from services.notifications.live import feed
from services.notifications.live.errors import StreamsFull, TooManyStreams
from services.notifications.live.tail import Tail
from services.notifications.settings import Settings

AGAIN_SECONDS = 30
ASKING_AT_ONCE = 3
"""Thousands of streams that come again together leave connections for everybody else."""


@dataclass(slots=True)
class Hub:
    """Streams of this process."""

    db: Database
    settings: Settings
    accounts: Neighbour
    tail: Tail
    _open: Counter[UUID] = field(default_factory=Counter)
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ASKING_AT_ONCE))

    @contextmanager
    def admitted(self, account_id: UUID) -> Iterator[None]:
        """Let one more stream be open meanwhile; it counts from the question on, so that none slips in beside another.

        Raises:
            TooManyStreams: the account has as many as it may.
            StreamsFull: the process has.
        """
        if self._open[account_id] >= self.settings.live_streams_per_account:
            raise TooManyStreams(limit=self.settings.live_streams_per_account, seconds=AGAIN_SECONDS)
        if self._open.total() >= self.settings.live_streams:
            raise StreamsFull(part="notifications", seconds=AGAIN_SECONDS)
        self._open[account_id] += 1
        try:
            yield
        finally:
            self._open[account_id] -= 1
            if not self._open[account_id]:
                del self._open[account_id]

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[AsyncSession]:
        """A short transaction, few at a time."""
        async with self._gate, self.db.begin() as tx:
            yield tx

    async def forget(self) -> None:
        """Let go of changes that nobody goes on from any more."""
        async with self.db.begin() as tx:
            await feed.forget(tx, timedelta(days=self.settings.live_replay_days))
