"""`/healthz` says the gateway lives; `/readyz` which parts can work. It answers for the others while one is down."""

import asyncio

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.kit.errors import Unavailable
from services.neighbours.breaker import HeldBack
from services.neighbours.client import Neighbour

health = APIRouter(tags=["health"])


@health.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@health.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """Every part by name: ready, degraded while some are missing (still 200), not ready (503) while all are.

    Each is asked over a new connection: one that was kept leads to the same replica, also while that one is replaced.
    """
    neighbours: dict[str, Neighbour] = request.app.state.looked_at
    seconds: float = request.app.state.settings.readiness_seconds
    found = await asyncio.gather(*(_missing(each, seconds) for each in neighbours.values()))
    told = {part: missing or "ok" for part, missing in zip(neighbours, found, strict=True)}
    if all(found):
        return JSONResponse({"status": "not ready", "checks": told}, 503)
    return JSONResponse({"status": "degraded" if any(found) else "ready", "checks": told})


async def _missing(neighbour: Neighbour, seconds: float) -> str | None:
    try:
        async with asyncio.timeout(seconds), neighbour.stream("GET", "/readyz") as answer:
            return None if answer.status_code == httpx.codes.OK else "answers, but is not ready"
    except HeldBack as held:
        return f"failed too often, is asked again in {held.params['seconds']} s"
    except (Unavailable, TimeoutError):
        return "does not answer"
