"""The stream of events on its way, and the receipts that come back.

`titles.events.<subscriber>.<type>.<event id>` is one event for one subscriber, and is in the stream at most once: the
broker refuses a second one until the first is settled, so a relay that does not know may simply put it again. A service
takes it off once it has answered, and tells the answer at `titles.receipts.<subscriber>.<event id>`. The outbox stays
the only truth of what has arrived: whatever the broker loses is put again.
"""

import asyncio
import re
from contextlib import suppress
from typing import Self
from uuid import UUID

import structlog
from nats.aio.client import Client
from nats.errors import Error
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig, StreamInfo
from nats.js.errors import NotFoundError

log = structlog.get_logger(__name__)

STREAM = "TITLES_EVENTS"
EVENTS = "titles.events"
RECEIPTS = "titles.receipts"
CONFIG = StreamConfig(
    name=STREAM,
    subjects=[f"{EVENTS}.>"],
    retention=RetentionPolicy.WORK_QUEUE,
    storage=StorageType.FILE,
    max_msgs_per_subject=1,
    discard=DiscardPolicy.NEW,
    discard_new_per_subject=True,
)
BROKER_FAILURES = (Error, OSError, TimeoutError)
RETRY_SECONDS = 0.5
CLOSE_SECONDS = 2.0
BROKER_URL = re.compile(r"(nats|tls|wss?)://[^/\s]+", re.ASCII)


def event_subject(subscriber: str, type_: str, event_id: UUID) -> str:
    """Where one event for one subscriber stands in the stream."""
    return f"{EVENTS}.{subscriber}.{type_}.{event_id}"


def events_of(subscriber: str) -> str:
    """Everything for one subscriber."""
    return f"{EVENTS}.{subscriber}.>"


def receipt_subject(subscriber: str, event_id: str) -> str:
    """Where the answer to an event is told."""
    return f"{RECEIPTS}.{subscriber}.{event_id}"


class Broker:
    """A connection that is opened in the background, and again whenever it is lost.

    Raises:
        ValueError: the address is none of a broker; it would never be reached.
    """

    def __init__(self, url: str, name: str) -> None:
        if not BROKER_URL.match(url):
            raise ValueError("NATS_URL names a broker as nats://host:port, tls://, ws:// or wss://")
        self.client = Client()
        self._url, self._name = url, name
        self._opening: asyncio.Task[JetStreamContext] | None = None

    async def __aenter__(self) -> Self:
        self._opening = asyncio.create_task(self._open())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._opening is not None
        self._opening.cancel()
        with suppress(*BROKER_FAILURES, asyncio.CancelledError):
            await self._opening
        with suppress(*BROKER_FAILURES):
            async with asyncio.timeout(
                CLOSE_SECONDS
            ):  # a connection whose TLS came to nothing never says that it is closed
                await self.client.close()

    @property
    def away(self) -> bool:
        """Nothing can be sent now."""
        return self._opening is None or not self._opening.done() or not self.client.is_connected

    async def stream(self) -> JetStreamContext:
        """The stream, once there is a broker."""
        assert self._opening is not None
        return await asyncio.shield(self._opening)

    async def _open(self) -> JetStreamContext:
        await self.client.connect(
            self._url,
            name=self._name,
            max_reconnect_attempts=-1,
            reconnect_time_wait=RETRY_SECONDS,  # type: ignore[arg-type]
            error_cb=_tell,
        )
        stream = self.client.jetstream()
        while True:
            try:
                await ensure(stream)
            except BROKER_FAILURES as error:
                await _tell(error)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return stream


async def ensure(stream: JetStreamContext) -> None:
    """Make the stream unless it is there; one that an operator has made with more replicas stays as it is."""
    try:
        await stream.stream_info(STREAM)
    except NotFoundError:
        await stream.add_stream(CONFIG)


async def keep_copies(stream: JetStreamContext, copies: int) -> None:
    """Let so many servers keep the stream, which may be there already and in use; done once each has all of it."""
    await ensure(stream)
    there = (await stream.stream_info(STREAM)).config
    if there.num_replicas != copies:
        await stream.update_stream(there, num_replicas=copies)
    while _whole_copies(await stream.stream_info(STREAM)) < copies:
        await asyncio.sleep(RETRY_SECONDS)


def _whole_copies(told: StreamInfo) -> int:
    """How many servers have all of the stream: who leads, and those of the others that have caught up."""
    others = (told.cluster.replicas or []) if told.cluster else []
    return 1 + sum(bool(each.current) for each in others)


async def _tell(error: Exception) -> None:
    log.warning("broker trouble", error=str(error) or type(error).__name__)
