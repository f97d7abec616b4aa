"""A standby answers what may be a few seconds old; whatever speaks against it, the primary does.

How old a standby is cannot be told from its own clock: one that was cut off looks as one at rest. So the primary's place in
its log is noted all the time, and a standby may answer when it has replayed what the primary had written at the
earliest note within the allowed seconds. That is looked at on the very connection that answers, for one address
may lead to several standbys. Places of different timelines cannot be compared: one that was promoted is no standby any more,
and one that has not come over to the primary's timeline may hold what never came to be.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from typing import NamedTuple, cast

import asyncpg
import structlog
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.pool import QueuePool

from services.kit.db import Database, is_outage, refusal_of
from services.kit.frame import FRESH, outgoing
from services.kit.settings import async_url
from services.replicas.settings import StandbySettings

log = structlog.get_logger(__name__)
NOTES_WITHIN = 5
"""So many notes are taken in the time that is allowed."""
LEFT_ALONE_SECONDS = 5.0
"""So long a standby that does not answer is not asked again."""
PATIENCE_SECONDS = 1.0
"""So long either is asked where it is; after that there is still time for the primary to answer."""
AWAY = (SQLAlchemyError, asyncpg.InternalClientError, OSError)
WRITTEN = text("""
    select ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int,
           (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint
""")
REPLAYED = text("""
    select greatest(point.timeline_id, recovery.min_recovery_end_timeline),
           coalesce((pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint, 0)
    from pg_control_checkpoint() point, pg_control_recovery() recovery
    where pg_is_in_recovery()
""")
"""The timeline becomes the primary's some minutes after a promotion, with the next restart point; never where there is none."""
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class Place(NamedTuple):
    """A place in the log of the database."""

    timeline: int
    byte: int

    def has(self, other: "Place") -> bool:
        """Whether who has come here has all that was there."""
        return self.timeline >= other.timeline and self.byte >= other.byte


class Notes:
    """Where the primary was, and when, in seconds that only go forward."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._kept: deque[tuple[float, Place]] = deque()

    def note(self, began: float, place: Place) -> None:
        """It was there at `began`, or beyond it."""
        self._kept.append((began, place))

    def needed(self) -> Place | None:
        """What a standby must have replayed to be young enough; None: nobody can tell."""
        since = self._clock() - self._seconds
        while self._kept and self._kept[0][0] < since:
            self._kept.popleft()
        return self._kept[0][1] if self._kept else None


class Standby:
    """The sessions of reads that may lag."""

    def __init__(self, primary: Database, standby: Database, seconds: float) -> None:
        self._primary = primary
        self._standby = standby
        self._pause = seconds / NOTES_WITHIN
        self._notes = Notes(seconds)
        self._left_alone_until = 0.0

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A session on the standby where that is young enough, and the caller need not see what was just written."""
        async with AsyncExitStack() as stack:
            tx = None if FRESH in outgoing.get() else await self._young_enough(stack)
            if tx is None:
                yield await stack.enter_async_context(self._primary.begin())
                return
            try:
                yield tx
            except DBAPIError as error:
                if refusal_of(error) is None and is_outage(error):
                    self._leave_alone(error)  # whoever asks again is answered by the primary
                raise

    async def _young_enough(self, stack: AsyncExitStack) -> AsyncSession | None:
        needed = self._notes.needed()
        now = time.monotonic()
        if needed is None or now < self._left_alone_until or self._is_busy():
            return None
        if self._left_alone_until:
            self._left_alone_until = now + LEFT_ALONE_SECONDS  # one tries it for all
        try:
            async with AsyncExitStack() as trying:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    tx = await trying.enter_async_context(self._standby.begin())
                    replayed = (await tx.execute(REPLAYED)).one_or_none()
                self._left_alone_until = 0.0
                if replayed is None:
                    await tx.invalidate()  # promoted: behind the same address there may be a standby
                elif Place(*replayed).has(needed):
                    stack.push_async_exit(trying.pop_all())
                    return tx
        except AWAY as error:
            self._leave_alone(error)
        return None

    def _is_busy(self) -> bool:
        """Whether it has no connection free: this request need not wait for one, and the next may find one."""
        pool = cast(QueuePool, self._standby.engine.pool)
        return pool.checkedout() >= self._standby.most_connections

    def _leave_alone(self, error: Exception) -> None:
        log.warning("the standby does not answer: the primary does", error=type(error).__name__)
        self._left_alone_until = time.monotonic() + LEFT_ALONE_SECONDS

    async def follow(self) -> None:
        """Note where the primary is, for ever. While it is away nothing is noted, and no standby is young enough."""
        while True:
            with suppress(*AWAY):
                began = time.monotonic()
                async with asyncio.timeout(PATIENCE_SECONDS), self._primary.begin() as tx:
                    self._notes.note(began, Place(*(await tx.execute(WRITTEN)).one()))
            await asyncio.sleep(self._pause)


def with_standby(settings: StandbySettings, lifespan: Lifespan) -> Lifespan:
    """A service's own lifespan, and the standby of its settings, where they name one."""

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        url = settings.read_database_url.get_secret_value()
        if not url:
            app.state.lagging = app.state.db
            async with lifespan(app):
                yield
            return
        async with Database(async_url(url), **settings.pool) as database, lifespan(app):
            app.state.lagging = Standby(app.state.db, database, settings.read_lag_seconds)
            following = asyncio.create_task(app.state.lagging.follow())
            try:
                yield
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)

    return live
