"""The notifications service: its application, put together."""

from collections.abc import Callable, Mapping
from functools import partial

import httpx
from fastapi import FastAPI

from services.kit.auth import RemoteKeys, TokenVerifier
from services.kit.health import database_answers, health, migrations_at
from services.kit.http import create_app
from services.kit.inbox import consumer
from services.kit.ops import ops
from services.notifications.announcement.api import routes as announcements
from services.notifications.contact.api import contacts as own_contacts
from services.notifications.contact.api import preferences, unremembered
from services.notifications.credit.api import routes as deliveries
from services.notifications.credit_check.api import routes as checks
from services.notifications.delivery.api import routes as copies
from services.notifications.delivery.service import handlers
from services.notifications.delivery.working import Outer
from services.notifications.figures import FIGURES
from services.notifications.inbox.api import routes as inbox
from services.notifications.live.api import routes as live
from services.notifications.parts import load
from services.notifications.reconciliation.api import routes as reconciliations
from services.notifications.settings import Settings
from services.notifications.template.api import templates
from services.notifications.webhook.working import WEBHOOK_ROUTERS
from services.notifications.working import working
from services.reads.api import routes as reads
from services.telemetry.figures import figures

HEAD = "0017"
"""The newest migration of the schema; readiness waits for it."""

DESCRIPTION = "收件箱与通知、公告、向信用平台报送、向第三方推送 / Inbox, notices and announcements; what credit platforms and third parties are told."
PLUMBING = (health, ops, reads, figures(FIGURES))
CONTACTS = (own_contacts, unremembered, preferences, templates)


def create(
    settings: Settings,
    *,
    verifier: TokenVerifier | None = None,
    transports: Mapping[str, httpx.AsyncBaseTransport] | None = None,
    outer: Callable[[Settings], Outer] = Outer.of,
) -> FastAPI:
    """The application.

    Raises:
        ValueError: the credit platforms or channels of the settings are not well formed.
        PolicyError: a catalogue or the articles it rests on are missing or broken; nothing was started.
    """
    parts = load(settings, outer(settings))
    others = (announcements, deliveries, checks, reconciliations, copies, *CONTACTS, *WEBHOOK_ROUTERS)

    async def policy_loaded(app: FastAPI) -> str | None:
        return None if app.state.catalogue.templates else "no notice is loaded"

    app = create_app(
        settings,
        service="notifications",
        title="通知 Notifications",
        description=DESCRIPTION,
        routers=[*PLUMBING, consumer(handlers(parts, settings.province)), live, inbox, *others],
        verifier=verifier or TokenVerifier(RemoteKeys(f"{settings.accounts_url}/.well-known/jwks.json")),
        lifespan=partial(working, settings=settings, parts=parts, transports=transports or {}),
        ready={"database": database_answers, "migrations": migrations_at(HEAD), "policy": policy_loaded},
    )
    app.state.announcements = parts.announcements
    app.state.webhooks = parts.webhooks
    app.state.catalogue, app.state.policies = parts.catalogue, parts.policies
    app.state.contact_policy = parts.contact
    app.state.credit_basis = parts.credit.articles["credit_shared"].basis()
    return app
