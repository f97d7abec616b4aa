"""What the process does by itself: it tells and asks platforms (and compares with them), third parties and open inboxes, reminds, sends copies, reads off the stream."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx
import structlog
from fastapi import FastAPI

from services.kit.background import at_work
from services.neighbours import connected
from services.notifications.announcement.service import Finishing
from services.notifications.credit.sending import RECEIPT, Sender
from services.notifications.credit_check.asking import ANSWER_BYTES, Asker
from services.notifications.delivery.service import telling
from services.notifications.live.working import listening
from services.notifications.outward.client import outward
from services.notifications.parts import Parts
from services.notifications.reconciliation.comparing import Reconciler
from services.notifications.reminder.sending import Reminding
from services.notifications.settings import Settings
from services.notifications.webhook.working import pushing
from services.streaming.pulling import pulled

log = structlog.get_logger(__name__)

PAGE_BYTES = 1_000_000
"""A page of a platform's list is read so far: more than its thousand items have."""

LEASES = 30
"""A claim on deliveries lasts so many times a call's patience: all that are claimed at once are tried one after the other."""


@asynccontextmanager
async def working(
    app: FastAPI, *, settings: Settings, parts: Parts, transports: Mapping[str, httpx.AsyncBaseTransport]
) -> AsyncIterator[None]:
    """Keep everything going that nobody asks for."""
    async with AsyncExitStack() as stack:
        await _tell_platforms(app, stack, settings, parts, transports.get("credit"))
        await _compare_with_platforms(app, stack, settings, parts, transports.get("credit"))
        await _ask_platforms(app, stack, settings, parts, transports)
        app.state.reminding = Reminding(app.state.db, parts, simulated=settings.simulated_clock)
        reminds = at_work("reminding", app.state.reminding.once, every=settings.reminder_seconds)
        await stack.enter_async_context(reminds)
        app.state.announcing = Finishing(
            app.state.db, parts.announcements, simulated=settings.simulated_clock
        )
        finishes = at_work(
            "finishing announcements", app.state.announcing.once, every=settings.delivery_seconds
        )
        await stack.enter_async_context(finishes)
        await stack.enter_async_context(pulled(app, "notifications", settings))
        await stack.enter_async_context(parts.outer.at_work(app, transports.get("accounts"), telling(parts)))
        await stack.enter_async_context(pushing(app, settings, transports.get("webhook")))
        await stack.enter_async_context(listening(app, settings, transports.get("accounts")))
        yield


async def _tell_platforms(
    app: FastAPI,
    stack: AsyncExitStack,
    settings: Settings,
    parts: Parts,
    transport: httpx.AsyncBaseTransport | None,
) -> None:
    patience = settings.call_timeout_seconds
    if not parts.platforms:
        log.warning(
            "no credit platform is configured (CREDIT_PLATFORMS): findings are kept until there is one"
        )
    client = outward(transport or httpx.AsyncHTTPTransport(), seconds=patience, kept=RECEIPT)
    sender = app.state.sender = Sender(
        app.state.db,
        parts.platforms,
        parts.credit,
        await stack.enter_async_context(client),
        tell=telling(parts),
        lease=LEASES * patience,
    )
    for name in parts.platforms:
        work = at_work(f"telling {name}", partial(sender.tell, name), every=settings.credit_seconds)
        await stack.enter_async_context(work)


async def _compare_with_platforms(
    app: FastAPI,
    stack: AsyncExitStack,
    settings: Settings,
    parts: Parts,
    transport: httpx.AsyncBaseTransport | None,
) -> None:
    patience = settings.call_timeout_seconds
    client = outward(transport or httpx.AsyncHTTPTransport(), seconds=patience, kept=PAGE_BYTES)
    reconciler = app.state.reconciler = Reconciler(
        app.state.db,
        parts.platforms,
        parts.credit,
        await stack.enter_async_context(client),
        tell=telling(parts),
        province=settings.province,
    )
    for name in reconciler.platforms:
        work = at_work(
            f"comparing {name}", partial(reconciler.once, name), every=settings.reconciliation_seconds
        )
        await stack.enter_async_context(work)


async def _ask_platforms(
    app: FastAPI,
    stack: AsyncExitStack,
    settings: Settings,
    parts: Parts,
    transports: Mapping[str, httpx.AsyncBaseTransport],
) -> None:
    patience = settings.call_timeout_seconds
    transport = transports.get("credit") or httpx.AsyncHTTPTransport()
    await stack.enter_async_context(connected(app, settings, {"accounts": settings.accounts_url}, transports))
    asker = app.state.asker = Asker(
        app.state.db,
        parts.platforms,
        parts.credit,
        await stack.enter_async_context(outward(transport, seconds=patience, kept=ANSWER_BYTES)),
        app.state.accounts,
        tell=telling(parts),
        lease=LEASES * patience,
        simulated=settings.simulated_clock,
    )
    for name in asker.platforms:
        work = at_work(f"asking {name}", partial(asker.ask, name), every=settings.credit_seconds)
        await stack.enter_async_context(work)
