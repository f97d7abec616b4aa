"""The notifications service: its application, put together."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx
import structlog
from fastapi import FastAPI

from services.kit.auth import RemoteKeys, TokenVerifier
from services.kit.background import at_work
from services.kit.health import database_answers, health, migrations_at
from services.kit.http import create_app
from services.kit.inbox import consumer
from services.kit.ops import ops
from services.notifications.credit.api import routes as deliveries
from services.notifications.credit.policy import CreditPolicy, Platform, platforms_of
from services.notifications.credit.sending import Sender
from services.notifications.delivery.service import Tell, handlers, telling
from services.notifications.inbox.api import routes as inbox
from services.notifications.inbox.channel import InboxChannel
from services.notifications.policy import load_credit, load_policies, load_reminders_of
from services.notifications.reminder.keeping import Keeper
from services.notifications.reminder.sending import Reminding
from services.notifications.settings import Settings
from services.notifications.template.events import EVENTS
from services.notifications.template.policy import load_catalogue

log = structlog.get_logger(__name__)
HEAD = "0010"
"""The newest migration of the schema; readiness waits for it."""

LEASES = 30
"""A claim on deliveries lasts so many times a call's patience: all that are claimed at once are tried one after the other."""

DESCRIPTION = "收件箱与通知、向信用平台报送 / Inbox and notices; what credit platforms are told."


def create(
    settings: Settings,
    *,
    verifier: TokenVerifier | None = None,
    transports: Mapping[str, httpx.AsyncBaseTransport] | None = None,
) -> FastAPI:
    """The application.

    Raises:
        ValueError: the credit platforms of the settings are not well formed.
        PolicyError: the catalogue or the articles it rests on are missing or broken; nothing was started.
    """
    catalogue = load_catalogue(EVENTS)
    reminders = load_reminders_of(settings.policies_dir, settings.province)
    articles = catalogue.articles | reminders.articles
    policies = load_policies(settings.policies_dir, settings.province, articles)
    credit = load_credit(settings.policies_dir, settings.province)
    platforms = platforms_of(settings.credit_platforms.get_secret_value())
    channels = [InboxChannel(settings.province)]
    tell = telling(catalogue, policies, channels)
    transport = (transports or {}).get("credit")
    events = handlers(tell, catalogue, platforms, Keeper(reminders, settings.province), settings.province)

    def reminding(app: FastAPI) -> Reminding:
        simulated = settings.simulated_clock
        return Reminding(app.state.db, reminders, catalogue.labels, policies, channels, simulated=simulated)

    async def policy_loaded(app: FastAPI) -> str | None:
        return None if app.state.catalogue.templates else "no notice is loaded"

    app = create_app(
        settings,
        service="notifications",
        title="通知 Notifications",
        description=DESCRIPTION,
        routers=[health, ops, consumer(events), inbox, deliveries],
        verifier=verifier or TokenVerifier(RemoteKeys(f"{settings.accounts_url}/.well-known/jwks.json")),
        lifespan=partial(
            working,
            settings=settings,
            platforms=platforms,
            credit=credit,
            tell=tell,
            transport=transport,
            reminding=reminding,
        ),
        ready={"database": database_answers, "migrations": migrations_at(HEAD), "policy": policy_loaded},
    )
    app.state.catalogue = catalogue
    app.state.credit_basis = credit.articles["credit_shared"].basis()
    return app


@asynccontextmanager
async def working(
    app: FastAPI,
    *,
    settings: Settings,
    platforms: Mapping[str, Platform],
    credit: CreditPolicy,
    tell: Tell,
    transport: httpx.AsyncBaseTransport | None,
    reminding: Callable[[FastAPI], Reminding],
) -> AsyncIterator[None]:
    """What the process does by itself while it serves."""
    patience = settings.call_timeout_seconds
    if not platforms:
        log.warning(
            "no credit platform is configured (CREDIT_PLATFORMS): findings are kept until there is one"
        )
    async with AsyncExitStack() as stack:
        client = httpx.AsyncClient(timeout=patience, transport=transport, trust_env=False)
        http = await stack.enter_async_context(client)
        sender = app.state.sender = Sender(
            app.state.db, platforms, credit, http, tell=tell, lease=LEASES * patience
        )
        for name in platforms:
            work = at_work(f"telling {name}", partial(sender.tell, name), every=settings.credit_seconds)
            await stack.enter_async_context(work)
        app.state.reminding = reminding(app)
        reminds = at_work("reminding", app.state.reminding.once, every=settings.reminder_seconds)
        await stack.enter_async_context(reminds)
        yield
