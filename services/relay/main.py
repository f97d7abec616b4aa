"""The relay's process: every schema's work side by side, until a signal ends it."""

import asyncio
import signal
from collections.abc import Iterable
from contextlib import AsyncExitStack

import structlog

from services.kit.client import ServiceIdentity
from services.relay import routes
from services.relay.settings import Settings
from services.relay.source import Source
from services.relay.subscriber import Subscriber

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
        sources = [
            Source(name, url, _subscribers(stack, identity, settings), settings)
            for name, url in settings.databases.items()
        ]
        log.info("relaying", sources=list(settings.databases), subscribers=list(routes.ROUTES))
        await asyncio.gather(*(source.run(stop) for source in sources))
    log.info("stopped")


def _subscribers(
    stack: AsyncExitStack, identity: ServiceIdentity, settings: Settings
) -> Iterable[Subscriber]:
    """One set for each schema, so that no schema's calls wait for another's."""
    made = []
    for name in routes.ROUTES:
        subscriber = Subscriber(name, settings.subscribers[name], identity, settings.delivery_timeout_seconds)
        stack.push_async_callback(subscriber.close)
        made.append(subscriber)
    return made
