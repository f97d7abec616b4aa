"""The relay's process: every schema's work side by side, until a signal ends it."""

import asyncio
import signal
from collections.abc import Iterable
from contextlib import AsyncExitStack

import structlog

from services.neighbours.client import Neighbour
from services.neighbours.identity import ServiceIdentity
from services.relay import routes
from services.relay.figures import COUNTING, Board, Taking
from services.relay.heartbeat import beat
from services.relay.settings import Settings
from services.relay.source import Source
from services.relay.streamed import Receipts, Streamed
from services.relay.subscriber import Carrier, Subscriber
from services.streaming.broker import Broker
from services.telemetry import observed

log = structlog.get_logger(__name__)


async def relay(settings: Settings) -> None:
    """Relay until SIGTERM or SIGINT; calls under way are finished first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    await relay_until(stop, settings)


async def relay_until(stop: asyncio.Event, settings: Settings) -> None:
    """Relay until `stop` is set."""
    async with AsyncExitStack() as stack:
        secret = settings.service_secret.get_secret_value()
        identity = ServiceIdentity(settings.accounts_url, settings.service_name, secret)
        stack.push_async_callback(identity.close)
        receipts = await _receipts(stack, settings)
        board = Board()
        stack.enter_context(observed(settings, "relay", board))
        sources = []
        for name, url in settings.databases.items():
            subscribers = _subscribers(stack, identity, receipts, settings)
            taking = Taking(name, await _counting(stack, name, identity, settings), board)
            sources.append(Source(name, url, subscribers, taking, settings))
        log.info(
            "relaying",
            sources=list(settings.databases),
            subscribers=_heard_by(settings),
            broker=bool(receipts),
        )
        beating = asyncio.create_task(beat(settings.heartbeat_file)) if settings.heartbeat_file else None
        await asyncio.gather(*(source.run(stop) for source in sources))
        if beating is not None:
            beating.cancel()
    log.info("stopped")


async def _counting(
    stack: AsyncExitStack, name: str, identity: ServiceIdentity, settings: Settings
) -> Neighbour | None:
    """A service as the one who counts what is its own; None where it counts nothing."""
    if name not in COUNTING:
        return None
    patience = settings.delivery_timeout_seconds
    neighbour = Neighbour(name, settings.subscribers[name], timeout=patience, identity=identity)
    return await stack.enter_async_context(neighbour)


async def _receipts(stack: AsyncExitStack, settings: Settings) -> Receipts | None:
    """What comes back over the broker, where there is one (`NATS_URL`)."""
    url = settings.nats_url.get_secret_value()
    if not url:
        return None
    return await stack.enter_async_context(Receipts(await stack.enter_async_context(Broker(url, "relay"))))


def _heard_by(settings: Settings) -> list[str]:
    """The subscribers that this installation has."""
    return [name for name in routes.ROUTES if name in settings.subscribers]


def _subscribers(
    stack: AsyncExitStack, identity: ServiceIdentity, receipts: Receipts | None, settings: Settings
) -> Iterable[Carrier]:
    """One set for each schema, so that no schema's calls wait for another's."""
    made: list[Carrier] = []
    patience = settings.delivery_timeout_seconds
    for name in _heard_by(settings):
        if receipts is not None:
            made.append(Streamed(name, receipts, identity, patience))
            continue
        subscriber = Subscriber(name, settings.subscribers[name], identity, patience)
        stack.push_async_callback(subscriber.close)
        made.append(subscriber)
    return made
