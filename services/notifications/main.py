"""The notifications service: its application, put together."""

from collections.abc import Mapping

import httpx
from fastapi import FastAPI

from services.kit.auth import RemoteKeys, TokenVerifier
from services.kit.health import database_answers, health, migrations_at
from services.kit.http import create_app
from services.kit.inbox import consumer
from services.kit.ops import ops
from services.notifications.delivery.service import handlers
from services.notifications.inbox.api import routes as inbox
from services.notifications.inbox.channel import InboxChannel
from services.notifications.policy import load_policies
from services.notifications.settings import Settings
from services.notifications.template.events import EVENTS
from services.notifications.template.policy import load_catalogue

HEAD = "0003"
"""The newest migration of the schema; readiness waits for it."""

DESCRIPTION = "收件箱与通知 / Inbox and notices: who is told what, when, and on which article."


def create(
    settings: Settings,
    *,
    verifier: TokenVerifier | None = None,
    transports: Mapping[str, httpx.AsyncBaseTransport] | None = None,
) -> FastAPI:
    """The application.

    Raises:
        PolicyError: the catalogue or the articles it rests on are missing or broken; nothing was started.
    """
    del transports  # it calls no neighbour
    catalogue = load_catalogue(EVENTS)
    policies = load_policies(settings.policies_dir, settings.province, catalogue.articles)
    channels = [InboxChannel(settings.province)]

    async def policy_loaded(app: FastAPI) -> str | None:
        return None if app.state.catalogue.templates else "no notice is loaded"

    app = create_app(
        settings,
        service="notifications",
        title="通知 Notifications",
        description=DESCRIPTION,
        routers=[health, ops, consumer(handlers(catalogue, policies, channels)), inbox],
        verifier=verifier or TokenVerifier(RemoteKeys(f"{settings.accounts_url}/.well-known/jwks.json")),
        ready={"database": database_answers, "migrations": migrations_at(HEAD), "policy": policy_loaded},
    )
    app.state.catalogue = catalogue
    return app
