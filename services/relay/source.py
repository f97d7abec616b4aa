"""One schema whose events are relayed: routing, delivery, sealing and purging, each on its own."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import asyncpg
import structlog

from services.connections import plain_url
from services.kit import audit
from services.kit.db import Database
from services.kit.ids import first_id_of
from services.kit.outbox import CHANNEL
from services.kit.settings import async_url
from services.relay import lanes, purge, routes
from services.relay.figures import ALL, UNSEALED, Taking
from services.relay.loops import DATABASE_FAILURES, forever
from services.relay.pump import Pump
from services.relay.settings import Settings
from services.relay.subscriber import Carrier

log = structlog.get_logger(__name__)
HOURLY = 3600.0


class Source:
    """The outbox and the audit log of one service, under that service's own role."""

    def __init__(
        self, name: str, url: str, subscribers: Iterable[Carrier], taking: Taking, settings: Settings
    ) -> None:
        self.name = name
        self._url = plain_url(url)
        self._settings = settings
        self._subscribers = list(subscribers)
        self._pairs = routes.pairs([each.name for each in self._subscribers])
        self._taking = taking
        self._database = Database(async_url(url), pool_size=1)
        self._woken = asyncio.Event()
        self._thorough_at = 0.0
        self._looked: datetime | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop, then let the calls under way end."""
        every = self._settings
        async with open_pool(self._url, size=every.lanes_at_once) as pool:
            pumps = [Pump(self.name, pool, each, every) for each in self._subscribers]
            work = [
                forever("listening", self.name, lambda: self._listen(stop), stop),
                forever("routing", self.name, lambda: self._route(pool, pumps, stop), stop),
                forever(
                    "counting", self.name, lambda: self._taking.turn(pool), stop, every=every.figures_seconds
                ),
                forever(
                    "bringing back",
                    self.name,
                    lambda: self._bring_back(pool),
                    stop,
                    every=every.lease_seconds,
                ),
                forever("sealing", self.name, lambda: self._seal(pool), stop, every=every.seal_seconds),
                forever("purging", self.name, lambda: purge.purge(pool, every), stop, every=HOURLY),
                *(forever("delivery", self.name, pump.turn, stop) for pump in pumps),
                _wake_at(stop, pumps),
            ]
            await asyncio.gather(*work)
            await asyncio.gather(*(pump.drain() for pump in pumps))
        await self._database.close()

    async def _listen(self, stop: asyncio.Event) -> None:
        """Be woken by commits, as long as the connection lives; without it the poll goes on."""
        lost = asyncio.Event()
        connection = await asyncpg.connect(self._url, timeout=10)
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, self._heard)
            self._woken.set()
            await first_of(stop, lost)
        finally:
            with suppress(*DATABASE_FAILURES):
                await connection.close(timeout=2)

    def _heard(self, _connection: object, _pid: int, _channel: str, schema: object) -> None:
        if schema == self.name:
            self._woken.set()

    async def _route(self, pool: asyncpg.Pool, pumps: list[Pump], stop: asyncio.Event) -> None:
        """Hand on what is new, and let those deliver who have something to: pumps do not look by themselves."""
        self._woken.clear()
        routed = lanes.ROUTED_AT_ONCE
        while routed == lanes.ROUTED_AT_ONCE:
            routed, awaited = await lanes.route(pool, self._pairs)
            for pump in pumps:
                if pump.to in awaited:
                    pump.woken.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.poll_seconds):
                await first_of(stop, self._woken)

    async def _bring_back(self, pool: asyncpg.Pool) -> None:
        longest = max(self._settings.lease_seconds, self._settings.longest_delay_seconds)
        names = [each.name for each in self._subscribers]
        if count := await lanes.bring_back(pool, names, longest):
            log.warning("the database's clock was ahead", source=self.name, lanes=count)

    async def _seal(self, pool: asyncpg.Pool) -> None:
        """Chain what is new, if anything is; at the start and every hour also what was committed too late to be found so."""
        began, thorough = datetime.now(UTC), time.monotonic() >= self._thorough_at
        if not thorough and not await self._unsealed(pool, began):
            self._looked = began
            return
        links: int | None = audit.BATCH
        while links == audit.BATCH:
            async with self._database.begin() as tx:
                links = await audit.seal(
                    tx, everything=thorough, looked=self._looked, by=self._settings.audit_digest
                )
        if links is None:
            return  # another relay is at it: what that has not come to is still to be looked at
        self._looked = began
        if thorough:
            self._thorough_at = time.monotonic() + self._settings.seal_thoroughly_seconds

    async def _unsealed(self, pool: asyncpg.Pool, now: datetime) -> bool:
        """Whether a look would find something: one statement, where sealing takes a transaction of five."""
        since = first_id_of(min(now, self._looked) - audit.LOOK_BACK) if self._looked else ALL
        return await pool.fetchval(UNSEALED, since) is not None


def open_pool(url: str, *, size: int) -> asyncpg.Pool:
    """Connections for the relay's statements; a lost one of them is only done again, so none waits for the disk."""
    settings = {"application_name": "relay", "synchronous_commit": "off"}
    return asyncpg.create_pool(
        plain_url(url),
        min_size=0,
        max_size=size,
        command_timeout=30,
        server_settings=settings,
        reset=_nothing,
    )


async def _nothing(_connection: object) -> None:
    """Nothing to reset: the relay's statements leave no state in a session."""


async def _wake_at(stop: asyncio.Event, pumps: Sequence[Pump]) -> None:
    """Let those who wait hear that it is over."""
    await stop.wait()
    for pump in pumps:
        pump.woken.set()


async def first_of(*events: asyncio.Event) -> None:
    """Return when any of `events` is set."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
