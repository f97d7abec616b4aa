"""From one schema to one subscriber: many subjects at once, each in order, none waiting for another subscriber."""

import asyncio

import asyncpg
import structlog

from services.relay import lanes
from services.relay.back_off import Strain, back_off
from services.relay.lanes import Hold, Lane, Letter
from services.relay.settings import Settings
from services.relay.subscriber import Carrier, Outcome, Verdict
from services.telemetry.continuing import continued

log = structlog.get_logger(__name__)


class Pump:
    """Takes lanes that are due and delivers what is in them."""

    def __init__(self, source: str, pool: asyncpg.Pool, subscriber: Carrier, settings: Settings) -> None:
        self._source = source
        self._pool = pool
        self._subscriber = subscriber
        self._settings = settings
        self._strain = Strain(settings.first_delay_seconds, settings.longest_pause_seconds)
        self._running: set[asyncio.Task[bool]] = set()
        self._stopping = False
        self._took_all = False
        self.to = subscriber.name
        self.woken = asyncio.Event()

    async def turn(self) -> None:
        """Take what is due, or wait to be told that something is."""
        self.woken.clear()
        room = self._strain.room(self._settings.lanes_at_once) - len(self._running)
        taken = await self._lease(room) if room > 0 else []
        self._took_all = len(taken) < room
        for lane in taken:
            task = asyncio.create_task(self._drain(lane))
            self._running.add(task)
            task.add_done_callback(self._drained)
        if room <= 0 or self._took_all:
            await self._wait()

    async def drain(self) -> None:
        """Let the calls under way end, and give every lane back."""
        self._stopping = True
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _lease(self, room: int) -> list[Lane]:
        every = self._settings
        return await lanes.lease(self._pool, self.to, room, every.letters_per_lease, every.lease_seconds)

    async def _wait(self) -> None:
        """Until routing tells of something due; no longer than a lease lasts, should it be held up by others."""
        try:
            async with asyncio.timeout(self._strain.pause or self._settings.lease_seconds):
                await self.woken.wait()
        except TimeoutError:
            return

    def _drained(self, task: "asyncio.Task[bool]") -> None:
        """Look again, unless all that was due had been taken, and nothing is left of this lane."""
        self._running.discard(task)
        failed = task.cancelled() or task.exception()
        if failed or not task.result() or not self._took_all:
            self.woken.set()
        if isinstance(failed, BaseException):
            log.warning("lane left to its lease", source=self._source, error=repr(failed))

    async def _drain(self, lane: Lane) -> bool:
        """Deliver the letters of a lane in order, until one does not arrive; whether the lane is gone with the last."""
        if not lane.letters:
            await lanes.forget(self._pool, lane)
            return False
        for letter in lane.letters:
            if self._stopping:
                break
            outcome = await self._deliver(lane, letter)
            if outcome.verdict is not Verdict.DELIVERED:
                await self._set_back(lane, letter, outcome)
                return False
            self._strain.ease()
            hold = await lanes.delivered(self._pool, lane, letter, self._settings.lease_seconds)
            if hold is not Hold.KEPT:
                return hold is Hold.DONE
        await lanes.release(self._pool, lane)
        return False

    async def _deliver(self, lane: Lane, letter: Letter) -> Outcome:
        """Try once, as a part of the trace of the request that the event came of."""
        told = {"messaging.message.id": str(letter.event_id), "titles.subscriber": self._subscriber.name}
        with continued(f"deliver {letter.type}", letter.traceparent, **told):
            return await self._subscriber.deliver(self._source, lane.subject, letter)

    async def _set_back(self, lane: Lane, letter: Letter, outcome: Outcome) -> None:
        if outcome.verdict is Verdict.REJECTED:
            self._strain.ease()
        else:
            self._strain.trouble()
        if outcome.verdict is Verdict.AWAY:
            await lanes.release(self._pool, lane)
            self._tell(lane, letter, outcome, dead=False)
            return
        attempts = letter.attempts + 1
        dead = outcome.verdict is Verdict.REJECTED and attempts >= self._settings.rejections
        every = self._settings
        delay = back_off(attempts, first=every.first_delay_seconds, longest=every.longest_delay_seconds)
        await lanes.set_back(self._pool, lane, letter, error=outcome.why, seconds=delay, dead=dead)
        asyncio.get_running_loop().call_later(delay, self.woken.set)
        self._tell(lane, letter, outcome, dead=dead)

    def _tell(self, lane: Lane, letter: Letter, outcome: Outcome, *, dead: bool) -> None:
        tell = log.error if dead else log.warning
        tell(
            "dead letter" if dead else "not delivered",
            source=self._source,
            subscriber=self._subscriber.name,
            event_id=str(letter.event_id),
            request_id=letter.request_id,
            type=letter.type,
            subject=lane.subject,
            why=outcome.why,
        )
