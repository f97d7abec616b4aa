"""One subscriber behind the stream: an event is put there, and the answer comes back as a receipt."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import httpx
import orjson
import structlog
from nats.aio.msg import Msg
from nats.errors import MaxPayloadError
from nats.js.errors import APIError, NoStreamResponseError

from services.kit.errors import Refusal
from services.neighbours.identity import ServiceIdentity
from services.relay.lanes import Letter
from services.relay.subscriber import Outcome, Verdict, envelope, headers, judged
from services.streaming.broker import (
    BROKER_FAILURES,
    RECEIPTS,
    RETRY_SECONDS,
    Broker,
    ensure,
    event_subject,
    receipt_subject,
)

log = structlog.get_logger(__name__)
ALREADY_THERE = 10077
"""What the broker answers where the stream holds the event: maximum messages per subject exceeded."""


class Receipts:
    """The answers of all subscribers, and who in this relay waits for them."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self._awaited: dict[str, asyncio.Future[httpx.Response]] = {}
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    @property
    def away(self) -> bool:
        """No receipt could be heard now."""
        return self.broker.away or self._listening is None or not self._listening.done()

    @contextmanager
    def awaited(self, subject: str) -> Iterator["asyncio.Future[httpx.Response]"]:
        """The receipt that will be told at `subject`."""
        receipt: asyncio.Future[httpx.Response] = asyncio.get_running_loop().create_future()
        self._awaited[subject] = receipt
        try:
            yield receipt
        finally:
            if self._awaited.get(subject) is receipt:
                del self._awaited[subject]

    async def _listen(self) -> None:
        await self.broker.stream()
        while True:
            try:
                await self.broker.client.subscribe(f"{RECEIPTS}.>", cb=self._hear)
            except BROKER_FAILURES as error:
                log.warning("receipts cannot be heard", error=str(error) or type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    async def _hear(self, message: Msg) -> None:
        receipt = self._awaited.get(message.subject)
        if receipt is not None and not receipt.done():
            told = orjson.loads(message.data)
            receipt.set_result(httpx.Response(told["status"], text=told["body"]))


class Streamed:
    """One service that reads its events off the stream."""

    def __init__(self, name: str, receipts: Receipts, identity: ServiceIdentity, timeout: float) -> None:
        self.name = name
        self._receipts = receipts
        self._identity = identity
        self._timeout = timeout

    async def deliver(self, source: str, subject: str, letter: Letter) -> Outcome:
        """Put one event on the stream, unless it is there, and wait for the answer."""
        if self._receipts.away:
            return Outcome(Verdict.AWAY, "no broker")
        try:
            token = await self._identity.token()
        except Refusal as refusal:
            return Outcome(Verdict.AWAY, f"no token from accounts: {refusal.code}")
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._answer(letter, envelope(source, subject, letter), token)
        except MaxPayloadError:
            return Outcome(Verdict.REJECTED, "larger than the broker takes")
        except TimeoutError:
            return Outcome(Verdict.AWAY, f"no receipt within {self._timeout:g} s")
        except BROKER_FAILURES as error:
            return Outcome(Verdict.AWAY, type(error).__name__)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._identity.forget(token)
        return judged(answer)

    async def _answer(self, letter: Letter, content: bytes, token: str) -> httpx.Response:
        carried = headers(letter, token)
        stream = await self._receipts.broker.stream()
        with self._receipts.awaited(receipt_subject(self.name, str(letter.event_id))) as receipt:
            try:
                await stream.publish(
                    event_subject(self.name, letter.type, letter.event_id), content, headers=carried
                )
            except NoStreamResponseError:
                await ensure(stream)
                raise
            except APIError as error:
                if error.err_code != ALREADY_THERE:
                    raise
            return await receipt
