"""Accounts as the relay meets it: it issues a service token and publishes its keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.local.postgres import free_port
from tests.platform.tokens import mint, signing_key


async def issue(request: Request) -> Response:
    """A service token, as accounts issues it."""
    assert request.headers["authorization"].startswith("Basic ")
    return JSONResponse({"access_token": mint(kind="service", name="relay"), "expires_in": 900})


async def jwks(_: Request) -> Response:
    """The public keys, as accounts publishes them."""
    return JSONResponse({"keys": [signing_key().as_dict(private=False)]})


@asynccontextmanager
async def issuing() -> AsyncIterator[str]:
    """Accounts' contract for tokens, over real HTTP: its address."""
    routes = [Route("/v1/service-tokens", issue, methods=["POST"]), Route("/.well-known/jwks.json", jwks)]
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=routes), port=port, log_level="error", lifespan="off")
    )
    running = asyncio.create_task(server._serve())  # noqa: SLF001 - serve() would take the test run's signals
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await running
