"""The gateway's application: GraphQL, REST for integrations, the links for files, public pages, health; no database."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from gateway.allowance import allowance
from gateway.clients import PARTS, neighbours
from gateway.faults import refused_at_the_door
from gateway.heads import HeadAsGet
from gateway.health import health
from gateway.kept.purging import keeping, purging
from gateway.links import STREAMING, links
from gateway.operations import FETCHED, SENT, remembered
from gateway.over_http import GraphQL
from gateway.pages.site import open_to_browsers
from gateway.recent import recent
from gateway.rest import rest
from gateway.settings import GatewaySettings
from gateway.streams import streaming
from services.kit.auth import RemoteKeys, TokenVerifier
from services.kit.errors import Refusal
from services.kit.frame import TELEMETRY, RequestFrame
from services.kit.http import answer_refusals
from services.neighbours.breaker import Breaker
from services.streaming.pulling import pulled

ABOUT: Mapping[str, Any] = {
    "title": "Professional titles 职称评审: gateway",
    "description": "GraphQL at `/graphql`; REST for integrations under `/api`; files by the links that these give.",
    "version": "1",
    "docs_url": None,
    "redoc_url": None,
}
"""What FastAPI is told; at `/docs` is the portal."""


def create(
    settings: GatewaySettings,
    *,
    verifier: TokenVerifier | None = None,
    transports: Mapping[str, httpx.AsyncBaseTransport] | None = None,
) -> FastAPI:
    """The application; `transports` (part name to httpx transport) put other parts in place of the real ones."""

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        given = transports or {}
        breakers = {part: Breaker(part) for part in PARTS}
        async with (
            neighbours(settings, given, breakers, remembered) as app.state.neighbours,
            neighbours(settings, given, breakers, remembered, idle=0) as app.state.looked_at,
            neighbours(settings, given, breakers, remembered, settings.max_streams) as app.state.carriers,
            streaming(settings, given.get("notifications")) as app.state.streams,
            allowance(settings) as app.state.allowance,
            recent(settings) as app.state.recent,
            keeping(settings) as app.state.purging,
            pulled(app, "gateway", settings),
        ):
            yield

    app = FastAPI(**ABOUT, lifespan=live, telemetry=TELEMETRY)
    app.state.settings, app.state.service, app.state.unhurried = settings, "gateway", (*STREAMING, *FETCHED)
    keys = RemoteKeys(f"{settings.accounts_url}/.well-known/jwks.json")
    app.state.verifier = verifier or TokenVerifier(keys)
    paths = {"streaming": (*STREAMING, *SENT), "links": FETCHED}
    app.add_middleware(HeadAsGet)
    app.add_middleware(RequestFrame, service="gateway", max_body_bytes=settings.max_body_bytes, **paths)
    answer_refusals(app)
    app.add_exception_handler(Refusal, refused_at_the_door)
    asked = GraphQL(settings)
    app.state.documents = asked.documents
    app.include_router(asked, prefix="/graphql", include_in_schema=False)
    for each in (links, rest, health, purging):
        app.include_router(each)
    open_to_browsers(app)
    return app
