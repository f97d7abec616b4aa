"""Events as the relay brings them, and readers as their tokens tell."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.kit.outbox import Event

Bring = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def bring(client, token) -> Bring:
    """`await bring(event)`: deliver an event as the relay does; `id=` to deliver it again."""

    async def deliver(event: Event, *, id: UUID | None = None, **envelope: Any) -> httpx.Response:
        http = await client("notifications", token=token(kind="service", name="relay"))
        body = {
            "specversion": "1.0",
            "id": str(id or uuid4()),
            "source": "urn:titles:workflow",
            "type": event.type,
            "subject": event.subject,
            "time": datetime.now(UTC).isoformat(),
            "data": event.model_dump(mode="json"),
        } | envelope
        return await http.post("/events", json=body)

    return deliver


@pytest.fixture
def reader(client, token):
    """`await reader([seat...], person_id=...)`: HTTP as that reader."""

    async def open_reader(seats=(), **who: Any) -> httpx.AsyncClient:
        return await client("notifications", token=token(seats, **who))

    return open_reader


@pytest.fixture
def titles():
    """`await titles(http)`: the titles in that inbox, newest first."""

    async def read(http: httpx.AsyncClient, **params: Any) -> list[str]:
        answer = await http.get("/v1/inbox", params={"first": 100, **params})
        assert answer.status_code == 200, answer.text
        return [each["title"] for each in answer.json()["items"]]

    return read
