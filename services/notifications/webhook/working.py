"""Webhooks as part of the process: their routes, what the installation says of them, and what works in the background."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import httpx
from fastapi import FastAPI

from services.kit.background import at_work
from services.notifications.outward.client import guarded, outward
from services.notifications.policy import load_webhooks
from services.notifications.settings import Settings
from services.notifications.template.events import EVENTS
from services.notifications.webhook import api, delivery_api
from services.notifications.webhook.policy import load_telling
from services.notifications.webhook.purging import purge
from services.notifications.webhook.sending import WebhookSender
from services.notifications.webhook.service import Webhooks

PURGE_SECONDS = 3600
WEBHOOK_ROUTERS = (api.routes, api.secrets, api.types, delivery_api.of_endpoint, delivery_api.routes)


def webhooks_of(settings: Settings) -> Webhooks:
    """What this installation says of webhooks.

    Raises:
        PolicyError: a file is missing or broken.
    """
    policy, articles = load_webhooks(settings.policies_dir, settings.province)
    telling = load_telling(EVENTS)
    return Webhooks(policy, articles, telling, settings.province, settings.webhook_own_machine)


@asynccontextmanager
async def pushing(
    app: FastAPI, settings: Settings, transport: httpx.AsyncBaseTransport | None
) -> AsyncIterator[None]:
    """Third parties are told what waits for them, and what is too old is removed."""
    webhooks: Webhooks = app.state.webhooks
    policy, database = webhooks.policy, app.state.db
    reached = transport or guarded(own_machine=webhooks.own_machine)
    async with outward(reached, seconds=policy.seconds, kept=policy.answer_bytes) as client:
        sender = app.state.webhook_sender = WebhookSender(
            database, webhooks, app.state.sealer, client, simulated=settings.simulated_clock
        )
        clear = partial(purge, database, policy.kept_days)
        async with (
            at_work("telling webhooks", sender.look, every=settings.webhook_seconds),
            at_work("clearing webhooks", clear, every=PURGE_SECONDS),
        ):
            try:
                yield
            finally:
                await sender.close()
