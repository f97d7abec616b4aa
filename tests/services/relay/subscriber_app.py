"""A subscriber that does as it is told: slow, failing, refusing. It journals every event before it answers.

`uvicorn tests.services.relay.subscriber_app:app` with JOURNAL=<file>, and SUBSCRIBER=<name> where NATS_URL is set; `POST /behave` sets how it answers from then on.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.kit.settings import ProcessSettings
from services.streaming import pulling

journal = Path(os.environ["JOURNAL"]).open("a", encoding="utf-8")  # noqa: SIM115 - open as long as the process
behaviour: dict[str, object] = {}


async def receive(request: Request) -> Response:
    """Take an event, or not."""
    event = await request.json()
    mine = behaviour.get("subject") in (None, event["subject"])
    status = int(behaviour.get("status", 204)) if mine else 204
    if mine:
        await asyncio.sleep(float(behaviour.get("delay", 0)))
    line = {"event": event, "status": status, "headers": dict(request.headers)}
    journal.write(json.dumps(line) + "\n")
    journal.flush()
    if status == 204:
        return Response(status_code=204)
    return JSONResponse({"code": "TOLD_TO_FAIL", "message": "as told"}, status)


async def behave(request: Request) -> Response:
    """Answer so from now on."""
    behaviour.clear()
    behaviour.update(await request.json())
    return Response(status_code=204)


async def alive(_: Request) -> Response:
    """The process answers."""
    return Response(status_code=204)


@asynccontextmanager
async def reading(app: Starlette) -> AsyncIterator[None]:
    """Off the stream too, if there is a broker; what a killed process had not answered comes again soon."""
    pulling.ANSWER_SECONDS = 2
    async with pulling.pulled(app, os.environ["SUBSCRIBER"], ProcessSettings()):
        yield


app = Starlette(
    lifespan=reading,
    routes=[
        Route("/events", receive, methods=["POST"]),
        Route("/behave", behave, methods=["POST"]),
        Route("/healthz", alive),
    ],
)
