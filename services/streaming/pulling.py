"""A service takes its events off the stream, and hands each to its own `POST /events`: one inbox, whatever carried them.

The relay's token comes along and is checked there as over HTTP. An event is taken off once it is answered, after the
commit; a service that dies before leaves it there, and it comes again. What the answer means the relay decides: whether
and when to put the event again, and when it is a dead letter.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import httpx
import orjson
import structlog
from nats.aio.msg import Msg
from nats.errors import TimeoutError as NothingThere
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig
from starlette.applications import Starlette

from services.kit import deadline
from services.kit.settings import ProcessSettings
from services.streaming.broker import BROKER_FAILURES, STREAM, Broker, ensure, events_of, receipt_subject

log = structlog.get_logger(__name__)
AT_ONCE = 16
"""Events that one process handles at once; no two of a subject, for the relay puts the next once one is settled."""

ANSWER_SECONDS = 10
"""An event whose reader has not answered for so long goes to another; what this one has not finished by then it stops."""

LINGER_SECONDS = 5
RETRY_SECONDS = 0.5


@asynccontextmanager
async def pulled(app: Starlette, service: str, settings: ProcessSettings) -> AsyncIterator[None]:
    """Take this service's events off the stream while it serves, if there is a broker (`NATS_URL`)."""
    url = settings.nats_url.get_secret_value()
    if not url:
        yield
        return
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(Broker(url, service))
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        inbox = httpx.AsyncClient(transport=transport, base_url="http://inbox", trust_env=False)
        puller = Puller(broker, service, await stack.enter_async_context(inbox))
        readers = [asyncio.create_task(puller.read()) for _ in range(AT_ONCE)]
        try:
            yield
        finally:
            for each in readers:
                each.cancel()
            await asyncio.gather(*readers, return_exceptions=True)


class Puller:
    """Reads one service's part of the stream; every process of the service reads the same part."""

    def __init__(self, broker: Broker, service: str, inbox: httpx.AsyncClient) -> None:
        self._broker = broker
        self._service = service
        self._inbox = inbox

    async def read(self) -> None:
        """Take one event after another, for ever; what is begun is ended."""
        while True:
            try:
                async with self._reading() as reader:
                    while True:
                        await self._one(reader)
            except BROKER_FAILURES as error:
                log.warning("broker trouble", error=str(error) or type(error).__name__)
            except Exception:
                log.exception("reading events failed")
            await asyncio.sleep(RETRY_SECONDS)

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[JetStreamContext.PullSubscription]:
        """A subscription that is given back: after trouble the next one takes its place, and none is left behind."""
        reader = await self._reader()
        try:
            yield reader
        finally:
            with suppress(*BROKER_FAILURES):
                await reader.unsubscribe()

    async def _reader(self) -> JetStreamContext.PullSubscription:
        stream = await self._broker.stream()
        await ensure(stream)
        consumer = ConsumerConfig(
            durable_name=self._service,
            filter_subject=events_of(self._service),
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ANSWER_SECONDS,
        )
        await stream.add_consumer(STREAM, consumer)
        return await stream.pull_subscribe_bind(consumer=self._service, stream=STREAM)

    async def _one(self, reader: JetStreamContext.PullSubscription) -> None:
        try:
            [message] = await reader.fetch(1, timeout=LINGER_SECONDS)
        except NothingThere:
            return
        answering = asyncio.create_task(self._answer(message))
        try:
            await asyncio.shield(answering)
        except asyncio.CancelledError:
            await asyncio.gather(answering, return_exceptions=True)
            raise

    async def _answer(self, message: Msg) -> None:
        """Handle an event, take it off the stream, tell the relay; a receipt that is lost is asked for again by the relay."""
        sent = {**(message.headers or {}), **deadline.passed_on(ANSWER_SECONDS)}
        answer = await self._inbox.post("/events", content=message.data, headers=sent)
        await message.ack_sync()
        told = orjson.dumps({"status": answer.status_code, "body": answer.text})
        event_id = message.subject.rpartition(".")[2]
        await self._broker.client.publish(receipt_subject(self._service, event_id), told)
