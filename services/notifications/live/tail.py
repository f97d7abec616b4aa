"""The process's one look at changes, whoever listens: read once, and handed to every stream that they are for.

A commit notifies the process (LISTEN); without that connection the look comes every second all the same. While nobody
listens nothing is read. A database that is away delays what is told and loses nothing: the look goes on from its position.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.kit.db import Database
from services.notifications.live import feed
from services.notifications.live.feed import Standing
from services.notifications.live.position import Position
from services.notifications.live.reader import Reader
from services.notifications.live.states import Ending

log = structlog.get_logger(__name__)
PAGE = 200
SOON = 0.02
"""When to look again for changes that an older transaction still holds back."""
FAILURES = (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)


@dataclass(slots=True)
class Readers:
    """Who listens in this process."""

    all: set[Reader] = field(default_factory=set)
    by_audience: dict[str, set[Reader]] = field(default_factory=lambda: defaultdict(set))

    def add(self, reader: Reader) -> None:
        """From now on the reader is told."""
        self.all.add(reader)
        for audience in reader.places:
            self.by_audience[audience].add(reader)

    def remove(self, reader: Reader) -> None:
        """It is told no more."""
        self.all.discard(reader)
        for audience in reader.places:
            self.by_audience[audience].discard(reader)
            if not self.by_audience[audience]:
                del self.by_audience[audience]


class Tail:
    """Reads changes from where it stands, and hands them on."""

    def __init__(self, db: Database, listen_url: str, *, poll_seconds: float) -> None:
        self._db = db
        self._url = listen_url
        self._poll = poll_seconds
        self._position: Position | None = None
        self._held_back = SOON
        self._stopping = False
        self._readers = Readers()
        self._anyone = asyncio.Event()
        self._woken = asyncio.Event()

    @contextmanager
    def reading(self, reader: Reader, standing: Standing) -> Iterator[None]:
        """Hand changes to the reader meanwhile.

        It gets those that settle from now on: what had settled before, it looks up itself, after it has begun to listen.
        """
        if self._stopping:
            reader.end(Ending.RESTART)
        self._position = self._position or Position.before(standing.horizon)
        self._readers.add(reader)
        self._anyone.set()
        try:
            yield
        finally:
            self._readers.remove(reader)

    def stop(self) -> None:
        """Let every stream end, also those that are yet to begin: the process is about to."""
        self._stopping = True
        self._end_all()

    def _end_all(self) -> None:
        for reader in list(self._readers.all):
            reader.end(Ending.RESTART)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work meanwhile."""
        works = [asyncio.create_task(each) for each in (self._follow(), self._listen())]
        try:
            yield
        finally:
            self.stop()
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)

    async def _follow(self) -> None:
        while True:
            if not self._readers.all:
                self._anyone.clear()
                self._position = None
                await self._anyone.wait()
            try:
                pause = await self._look()
            except FAILURES:
                log.exception("inboxes are not told live: the database did not answer")
                pause = self._poll
            if pause:
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._woken.wait()

    async def _look(self) -> float:
        """Hand on what is settled; for how long there may be nothing."""
        self._woken.clear()
        position = self._position
        assert position is not None
        async with self._db.begin() as tx:
            standing = await feed.standing(tx)
            rows = await feed.settled(tx, position, standing.horizon, PAGE)
        if not standing.tells(position):  # another server took over and had not heard of everything
            self._position = Position.before(standing.horizon)
            self._end_all()
            return self._poll
        for row in rows:
            for reader in tuple(self._readers.by_audience.get(row["to_audience"], ())):
                reader.offer(row)
        if len(rows) == PAGE:
            self._position = Position(rows[-1]["xid"], rows[-1]["seq"])
            return 0
        self._position = Position.before(standing.horizon)
        self._held_back = SOON if rows or not standing.waiting else min(self._held_back * 2, self._poll)
        return self._held_back if standing.waiting else self._poll

    async def _listen(self) -> None:
        while True:
            with suppress(*FAILURES, TimeoutError):
                await self._hear()
            await asyncio.sleep(self._poll)

    async def _hear(self) -> None:
        """Be woken by commits as long as the connection lives."""
        lost = asyncio.Event()
        connection = await asyncpg.connect(self._url, timeout=10)
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(feed.CHANNEL, lambda *_: self._woken.set())
            self._woken.set()
            await lost.wait()
        finally:
            with suppress(*FAILURES, TimeoutError):
                await connection.close(timeout=2)
