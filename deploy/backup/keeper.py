"""The process that makes copies without anybody's doing: `make run` keeps it beside the others where BACKUP_URL is set.

Every few seconds what was written leaves the machine; a whole copy is taken, and old ones go, once a day; once a week
the newest is brought back to try it. Whatever fails is a line of its log, and is tried again.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import asyncpg
import structlog

from deploy.backup import base, changes, check, drill, retention, segments
from deploy.backup import settings as environment
from deploy.backup.changes import Receiver, Shipping
from deploy.backup.files import Mirror
from deploy.backup.installation import SLOT, Installation
from deploy.local.failures import LocalFailure
from deploy.local.layout import Layout
from services.kit import logging

log = structlog.get_logger(__name__)
AGAIN = timedelta(minutes=5)
"""So long a copy or drill that failed is left alone."""
SEEN_EVERY = timedelta(minutes=1)
LOOK_SECONDS = 30.0
"""So often it is looked whether a copy or a drill is due; a store takes money for each look."""
RECEIVING = f"""
select coalesce(bool_or(active and wal_status <> 'lost'), false) as well, pg_current_wal_flush_lsn()::text as lsn,
(select timeline_id from pg_control_checkpoint()) as timeline
from pg_replication_slots where slot_name = '{SLOT}'
"""  # noqa: S608 - a name of ours
LOST = f"select 1 from pg_replication_slots where slot_name = '{SLOT}' and wal_status = 'lost'"  # noqa: S608 - as above
DROP = f"select pg_drop_replication_slot('{SLOT}')"
Act = Callable[[], Awaitable[None]]
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Keeper:
    """Copies of one installation."""

    installation: Installation
    _receiver: Receiver = field(init=False)
    _shipping: Shipping = field(init=False)
    _tried: dict[str, datetime] = field(default_factory=dict)
    _seen: datetime = LONG_AGO
    _ours: bool = False

    def __post_init__(self) -> None:
        self._receiver, self._shipping = Receiver(self.installation), Shipping(self.installation)

    async def keep(self, stop: asyncio.Event) -> None:
        """Go on until told to stop; the last changes are carried away then. Nothing waits for a copy or a drill."""
        await asyncio.gather(
            self._keep_carrying(stop),
            self._again_and_again(stop, LOOK_SECONDS, "copy", self._take_if_due),
            self._again_and_again(stop, LOOK_SECONDS, "drill", self._drill_if_due),
        )

    async def _keep_carrying(self, stop: asyncio.Event) -> None:
        try:
            seconds = self.installation.settings.backup_seconds
            await self._again_and_again(stop, seconds, "changes", self._carry)
        finally:
            self._receiver.stop()
            if self._ours:
                await self._guarded("changes", self._ship)

    async def _again_and_again(self, stop: asyncio.Event, seconds: float, what: str, act: Act) -> None:
        while not stop.is_set():
            await self._guarded(what, act)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), seconds)

    async def _guarded(self, what: str, act: Act) -> None:
        try:
            await act()
        except (LocalFailure, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.error("backup failed", what=what, error=str(error))  # noqa: TRY400 - one line says what to mend

    async def _carry(self) -> None:
        if not self._receiver.runs:
            await self._receive()
        await self._ship()
        if datetime.now(UTC) - self._seen >= SEEN_EVERY:
            await self._see()

    async def _receive(self) -> None:
        """Have changes received, into a new slot where the server gave the old one up; what lay between is gone."""
        if not self._ours:
            await self.installation.claim()
            self._ours = True
        if await self.installation.ask(LOST) is not None:
            await asyncio.to_thread(self._shipping.forget)
            await self.installation.ask(DROP)
            log.error("backup failed", what="changes", error="the slot was lost; a whole copy is taken anew")
        self._receiver.start()
        log.info("changes are received")

    async def _see(self) -> None:
        receiving = await self.installation.ask(RECEIVING)
        if receiving["well"]:
            self._seen = datetime.now(UTC)
            told = {"at": self._seen.isoformat(), "lsn": receiving["lsn"]}
            await asyncio.to_thread(self.installation.repository.put_json, check.SEEN, told)

    async def _ship(self) -> None:
        await asyncio.to_thread(self._shipping.once)

    async def _take_if_due(self) -> None:
        taken = await asyncio.to_thread(base.copies, self.installation.repository)
        if (taken and await self._serves(taken[-1])) or not self._due("copy", AGAIN):
            return
        copy = await base.take(self.installation)
        log.info("copy taken", copy=copy.id)
        gone = await asyncio.to_thread(retention.prune, self.installation)
        self._shipping.mirror = Mirror(self.installation)  # what went and comes again is copied again
        log.info("copies pruned", objects=gone)

    async def _serves(self, newest: base.Copy) -> bool:
        """Not after its time; nor where the server began a new timeline, for it was brought back; nor before lost changes."""
        if datetime.now(UTC) - newest.ended_at >= timedelta(hours=self.installation.settings.backup_hours):
            return False
        if (await self.installation.ask(RECEIVING))["timeline"] != newest.timeline:
            return False
        names = await asyncio.to_thread(changes.segment_names, self.installation)
        return segments.missing(names, newest.first_segment, newest.segment_bytes) is None

    async def _drill_if_due(self) -> None:
        if not await asyncio.to_thread(base.copies, self.installation.repository):
            return
        told = await asyncio.to_thread(drill.last, self.installation)
        age = datetime.now(UTC) - (datetime.fromisoformat(told["at"]) if told else LONG_AGO)
        days = timedelta(days=self.installation.settings.backup_drill_days)
        if age >= days and self._due("drill", AGAIN):
            found = await drill.drill(self.installation)
            log.info("copy tried", found=str(found))

    def _due(self, what: str, every: timedelta) -> bool:
        """Whether something was not tried for so long; it is now."""
        now = datetime.now(UTC)
        if now - self._tried.get(what, LONG_AGO) < every:
            return False
        self._tried[what] = now
        return True


async def run() -> None:
    """Keep copies of the installation of the environment until a signal comes."""
    layout = Layout.from_environment(os.environ)
    installation = Installation.of(layout, str(layout.database_url), environment.read())
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await Keeper(installation).keep(stop)


def main() -> int:
    """Run; 2 with one line where a setting has no meaning."""
    logging.configure(os.environ.get("LOG_LEVEL", "INFO"), "backup")
    try:
        asyncio.run(run())
    except LocalFailure as failure:
        print(failure, file=sys.stderr)  # noqa: T201 - the supervisor tells the last line of the log
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
