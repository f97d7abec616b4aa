"""`/healthz` says the process lives; `/readyz` says it can work: database, migrations at head, policy loaded."""

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from services.kit.http import Ready

AWAY = (DBAPIError, NoConnectionFree, OSError)

health = APIRouter(tags=["health"])


@health.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@health.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """Every check by name, with what is missing; 503 while anything is."""
    checks: dict[str, Ready] = request.app.state.ready
    found = {name: await check(request.app) for name, check in checks.items()}
    ready = not any(found.values())
    told = {name: missing or "ok" for name, missing in found.items()}
    return JSONResponse(
        {"status": "ready" if ready else "not ready", "checks": told},
        200 if ready else 503,
    )


async def database_answers(app: FastAPI) -> str | None:
    """Whether the database takes a query."""
    try:
        async with app.state.db.begin() as tx:
            await tx.execute(text("select 1"))
    except AWAY as error:
        return f"the database does not answer: {type(error).__name__}"
    return None


def migrations_at(head: str) -> Ready:
    """A check that the schema is at revision `head`, or beyond it: an update migrates first, and migrations only add."""

    async def check(app: FastAPI) -> str | None:
        try:
            async with app.state.db.begin() as tx:
                found = (await tx.scalars(text("select version_num from alembic_version"))).all()
        except AWAY:
            return "the schema has no migrations; run `make migrate`"
        return (
            None
            if found and max(found) >= head
            else f"the schema is at {found}, this release needs {head}; run `make migrate`"
        )

    return check
