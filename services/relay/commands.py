"""What an operator asks of the relay: are the chains whole, what is under way, what is dead, try again."""

from argparse import Namespace
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import asyncpg

from services.kit import audit
from services.kit.db import Database
from services.kit.settings import async_url
from services.relay import letters
from services.relay.loops import DATABASE_FAILURES, one_line
from services.relay.settings import Settings
from services.relay.source import open_pool

Say = Callable[[str], None]
WHOLE, BROKEN, UNREACHABLE = 0, 1, 2


async def verify_audit(settings: Settings, say: Say, _: Namespace) -> int:
    """Walk every chain; 0 when all are whole, 1 when one is broken, 2 when one cannot be read."""
    worst = WHOLE
    for name, url in settings.databases.items():
        database = Database(async_url(url), pool_size=1)
        try:
            async with database.begin() as tx:
                links = await audit.verify(tx)
            say(f"{name}: whole, {links} links")
        except audit.ChainBroken as broken:
            say(f"{name}: {broken}")
            worst = max(worst, BROKEN)
        except DATABASE_FAILURES as error:
            say(f"{name}: cannot be read: {one_line(error)}")
            worst = UNREACHABLE
        finally:
            await database.close()
    return worst


async def dead_letters(settings: Settings, say: Say, _: Namespace) -> int:
    """List every dead letter."""

    async def tell(name: str, pool: asyncpg.Pool) -> None:
        for each in await letters.dead(pool):
            held = f"{each.waiting} waiting behind it" if each.parked else "passed over"
            say(
                f"{name} -> {each.subscriber}: {each.event_id} {each.type} {each.subject}"
                f" dead since {each.dead_at:%Y-%m-%d %H:%M}Z after {each.attempts} attempts"
                f" ({each.last_error}), {held}"
            )

    return await _for_each(settings, say, tell)


async def redrive(settings: Settings, say: Say, given: Namespace) -> int:
    """Try dead letters again."""

    async def act(name: str, pool: asyncpg.Pool) -> None:
        count = await letters.redrive(pool, given.event, given.subscriber)
        say(f"{name}: {count} tried again")

    return await _for_each(settings, say, act)


async def pass_over(settings: Settings, say: Say, given: Namespace) -> int:
    """Go on behind a dead letter without it."""

    async def act(name: str, pool: asyncpg.Pool) -> None:
        if count := await letters.pass_over(pool, given.event, given.subscriber):
            say(f"{name}: {count} subjects go on")

    return await _for_each(settings, say, act)


async def status(settings: Settings, say: Say, _: Namespace) -> int:
    """One line for each schema."""

    async def tell(name: str, pool: asyncpg.Pool) -> None:
        found = await letters.status(pool)
        since = f" (oldest since {found['oldest']:%Y-%m-%d %H:%M:%S}Z)" if found["oldest"] else ""
        say(f"{name}: {found['unrouted']} unrouted, {found['open']} open{since}, {found['dead']} dead")

    return await _for_each(settings, say, tell)


async def _for_each(settings: Settings, say: Say, act: Callable[[str, asyncpg.Pool], Awaitable[None]]) -> int:
    worst = WHOLE
    for name, url in settings.databases.items():
        try:
            async with open_pool(url, size=1) as pool:
                await act(name, pool)
        except DATABASE_FAILURES as error:
            say(f"{name}: cannot be read: {one_line(error)}")
            worst = UNREACHABLE
    return worst


COMMANDS: Mapping[str, Callable[[Settings, Say, Namespace], Coroutine[Any, Any, int]]] = {
    "verify-audit": verify_audit,
    "status": status,
    "dead-letters": dead_letters,
    "redrive": redrive,
    "pass-over": pass_over,
}
