"""A service reads its events off a real broker's stream as it hears them over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import orjson
import pytest
from nats.errors import Error
from pydantic import SecretStr

from services.kit.settings import ProcessSettings
from services.streaming.broker import RECEIPTS, STREAM, Broker, event_subject
from services.streaming.pulling import Puller, pulled
from tests.kit import probe
from tests.kit.probe import Switched
from tests.platform.tokens import mint


class Line:
    """What a relay does: put an event on the stream, hear the receipt."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.receipts: asyncio.Queue[dict] = asyncio.Queue()

    async def put(
        self, token: str | None, after: str = "ON", id: UUID | None = None, data: dict | None = None
    ) -> None:
        """Put a lamp's event there."""
        lamp, event_id = str(uuid4()), id or uuid4()
        event = {
            "specversion": "1.0", "id": str(event_id), "source": "urn:titles:probe", "type": Switched.type, "subject": f"lamp/{lamp}",
            "time": "2023-11-01T00:00:00Z", "data": {"lamp_id": lamp, "after": after} if data is None else data,
        }  # fmt: skip
        headers = {"content-type": "application/cloudevents+json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        stream = await self.broker.stream()
        await stream.publish(
            event_subject("probe", Switched.type, event_id), json.dumps(event).encode(), headers=headers
        )

    async def receipt(self) -> dict:
        """The next receipt."""
        return await asyncio.wait_for(self.receipts.get(), 20)

    async def left(self) -> int:
        """How many events are on the stream still."""
        return (await (await self.broker.stream()).stream_info(STREAM)).state.messages


@pytest.fixture
async def line(app, nats) -> AsyncIterator[Line]:
    """The probe reads from the broker."""
    async with (
        Broker(nats.url, "test") as broker,
        pulled(app, "probe", ProcessSettings(nats_url=SecretStr(nats.url))),
    ):
        made = Line(broker)
        await broker.stream()

        async def hear(message) -> None:
            made.receipts.put_nowait(orjson.loads(message.data))

        await broker.client.subscribe(f"{RECEIPTS}.probe.>", cb=hear)
        yield made


async def test_an_event_off_the_stream_meets_the_same_inbox(line):
    """Handled once by id, refused without the relay's token or with other data, broken on as over HTTP; each is answered and gone."""
    relay, one, others = mint(kind="service", name="relay"), uuid4(), await line.left()
    told = []
    for _ in range(2):
        await line.put(relay, id=one)
        told.append((await line.receipt())["status"])
    assert (told, probe.HEARD) == ([204, 204], ["ON"])
    for token, more, status, code in (
        (None, {}, 401, "UNAUTHENTICATED"),
        (mint(), {}, 403, "SERVICE_ONLY"),
        (relay, {"data": {}}, 422, "EVENT_UNREADABLE"),
        (relay, {"after": "BREAK"}, 500, "INTERNAL"),
    ):
        await line.put(token, **more)
        receipt = await line.receipt()
        assert receipt["status"] == status
        assert json.loads(receipt["body"])["code"] == code
    assert await line.left() == others, "what other tests have left is there; nothing of this"
    assert probe.HEARD == ["ON", "BREAK"]


async def test_a_stream_that_is_lost_is_made_again(line):
    """The broker loses all it has kept: the reader makes stream and consumer anew and goes on."""
    stream = await line.broker.stream()
    await stream.delete_stream(STREAM)
    async with asyncio.timeout(30):
        while not await there(stream):
            await asyncio.sleep(0.05)
    await line.put(mint(kind="service", name="relay"))
    assert (await line.receipt())["status"] == 204


async def there(stream) -> bool:
    """Whether the probe's consumer is there."""
    try:
        await stream.consumer_info(STREAM, "probe")
    except Error:
        return False
    return True


@pytest.mark.parametrize("url", ["localhost:4222", "http://localhost:4222", "nats://", "nats:///titles"])
def test_an_address_of_no_broker_stops_the_start(url):
    """It would be tried for ever."""
    with pytest.raises(ValueError, match="NATS_URL"):
        Broker(url, "test")


async def test_a_subscription_that_failed_is_given_back(monkeypatch):
    """After each trouble another one is bound; of all that were, one is there at most."""
    bound, given_back = [], []

    class Failing:
        async def fetch(self, *_, **__):
            raise Error

        async def unsubscribe(self):
            given_back.append(self)

    async def another(_):
        bound.append(Failing())
        return bound[-1]

    monkeypatch.setattr("services.streaming.pulling.RETRY_SECONDS", 0)
    monkeypatch.setattr(Puller, "_reader", another)
    reading = asyncio.create_task(Puller(None, "probe", None).read())
    async with asyncio.timeout(10):
        while len(bound) < 5:
            await asyncio.sleep(0)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert given_back == bound
