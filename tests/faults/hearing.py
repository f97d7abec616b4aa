"""A service that only hears: `python -m tests.faults.hearing`. What it handles it writes down, once more if it handled it twice."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services import process
from services.kit.auth import RemoteKeys, TokenVerifier
from services.kit.clock import Moment
from services.kit.health import database_answers, health
from services.kit.http import create_app
from services.kit.inbox import consumer
from services.kit.outbox import CloudEvent
from services.kit.settings import ServiceSettings
from services.streaming import pulling
from services.workflow.contract import ReviewFlagMoved

HEARD = (
    "create table heard (place bigint generated always as identity, event_id uuid, subject text, number int)"
)
WRITE = text("insert into heard (event_id, subject, number) values (:event_id, :subject, :number)")
SERVICE = "notifications"


async def hear(tx: AsyncSession, event: Any, moment: Moment, envelope: CloudEvent) -> None:
    """Write down what came."""
    del moment
    line = {"event_id": envelope.id, "subject": envelope.subject, "number": int(event.after)}
    await tx.execute(WRITE, line)


def create(settings: ServiceSettings) -> FastAPI:
    """The application; what a killed process had not answered comes again soon."""
    pulling.ANSWER_SECONDS = 2
    return create_app(
        settings,
        service=SERVICE,
        title="hearing",
        description="hearing",
        routers=[health, consumer({ReviewFlagMoved: hear})],
        verifier=TokenVerifier(RemoteKeys(f"{settings.accounts_url}/.well-known/jwks.json")),
        ready={"database": database_answers},
        lifespan=partial(pulling.pulled, service=SERVICE, settings=settings),
    )


if __name__ == "__main__":
    sys.exit(process.run(SERVICE, ServiceSettings, create))
