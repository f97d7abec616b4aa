"""Third parties that receive webhooks, as peers of their own: they verify with the reference library, and fail as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import func, text, update
from standardwebhooks.webhooks import Webhook

from services.kit.auth import Node
from services.notifications.webhook.model import WebhookDelivery, WebhookEndpoint
from tests.platform.apps import over_asgi
from tests.platform.tokens import bearer, mint, node, seat

ROOT: Node = node("HRSS", "PROVINCE")
EVERYTHING = ["*"]


class Killed(BaseException):
    """The sender's process dies here."""


@dataclass
class Receivers(httpx.AsyncBaseTransport):
    """All receivers there are, by host; `behaviour` is what one does with its next requests, then it takes everything."""

    secrets: dict[str, list[str]] = field(default_factory=dict)
    behaviour: dict[str, list[Any]] = field(default_factory=dict)
    heard: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)
    held: dict[str, asyncio.Event] = field(default_factory=dict)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Take a message, or fail."""
        host, body = request.url.host, await request.aread()
        self.ids.setdefault(host, []).append(request.headers["webhook-id"])
        known = self.secrets.get(host, [])
        told = [Webhook(each).verify(body, dict(request.headers)) for each in known]
        how = self.behaviour.get(host, [])
        do = how.pop(0) if how else 200
        if host in self.held:
            await self.held[host].wait()
        if do == "die before":
            raise Killed
        if isinstance(do, int) and do != httpx.codes.OK:
            return httpx.Response(
                do, text="not now", headers={"retry-after": "3600"} if do in {429, 503} else {}
            )
        self.heard.setdefault(host, []).extend(told[:1])
        if do == "die after":
            raise Killed
        if do == "lose":
            raise httpx.ReadTimeout("the answer is lost")
        return httpx.Response(200, text="thanks")

    def of(self, host: str) -> list[dict[str, Any]]:
        """What a receiver has taken, in the order in which it came."""
        return self.heard.get(host, [])


def manager(at: Node = ROOT, *above: Node, **who: Any) -> str:
    """A token of whoever manages an organisation."""
    return mint([seat("ORGANISATION_MANAGER", *above, at)], **who)


def integration(at: Node = ROOT, scope: str = "titles.read titles.write", **who: Any) -> str:
    """A token of an organisation's own client."""
    return mint([seat("INTEGRATION", at)], kind="integration", scope=scope, **who)


class Desk:
    """HTTP on notifications, as whoever manages receivers does it, and as the relay does."""

    def __init__(self, app: Any, http: httpx.AsyncClient, receivers: Receivers, session: Any) -> None:
        self.app, self.http, self.receivers, self.session = app, http, receivers, session

    @property
    def sender(self) -> Any:
        """What sends."""
        return self.app.state.webhook_sender

    async def ask(
        self, method: str, path: str, token: str | None = None, body: Any = None, **params: Any
    ) -> httpx.Response:
        """Any request."""
        headers = bearer(token or manager())
        return await self.http.request(method, path, json=body, params=params, headers=headers)

    async def done(
        self, method: str, path: str, token: str | None = None, body: Any = None, **params: Any
    ) -> Any:
        """The record of one that must succeed."""
        answer = await self.ask(method, path, token, body, **params)
        assert answer.is_success, answer.text
        told = answer.json()
        return told.get("record", told) if isinstance(told, dict) else told

    async def registers(
        self, host: str = "hooks.example.org", at: Node = ROOT, types: list[str] = EVERYTHING
    ) -> dict[str, Any]:
        """A receiver of an organisation; its secret is known to it."""
        body = {"organisation_id": str(at.id), "url": f"https://{host}/in", "event_types": types}
        made = await self.done("POST", "/v1/webhook-endpoints", manager(at), body)
        self.receivers.secrets[host] = [made["secret"]]
        return made["endpoint"]

    async def happens(self, event: Any, event_id: UUID | None = None) -> UUID:
        """The relay brings an event."""
        body = {
            "id": str(event_id := event_id or uuid4()),
            "source": "urn:titles:workflow",
            "type": event.type,
            "subject": event.subject,
            "time": "2024-01-18T01:00:00+00:00",
            "data": event.model_dump(mode="json"),
        }
        relay = bearer(mint(kind="service", name="relay"))
        answer = await self.http.post("/events", json=body, headers=relay)
        assert answer.status_code == 204, answer.text
        return event_id

    async def told_itself(self) -> None:
        """The relay brings back what notifications published itself."""
        async with self.session("notifications") as tx:
            rows = (await tx.execute(text("delete from outbox returning id, type, subject, data"))).all()
        for row in rows:
            body = {
                "id": str(row.id),
                "source": "x",
                "type": row.type,
                "subject": row.subject,
                "data": row.data,
            }
            body["time"] = "2024-01-18T01:00:00+00:00"
            relay = bearer(mint(kind="service", name="relay"))
            assert (await self.http.post("/events", json=body, headers=relay)).status_code == 204

    async def deliveries(
        self, endpoint: dict[str, Any], token: str | None = None, **params: Any
    ) -> list[dict[str, Any]]:
        """What a receiver was sent, oldest first."""
        path = f"/v1/webhook-endpoints/{endpoint['id']}/deliveries"
        found = await self.done("GET", path, token, first=100, **params)
        return list(reversed(found["items"]))

    async def whole(self, delivery: dict[str, Any]) -> dict[str, Any]:
        """A delivery with every try."""
        return await self.done("GET", f"/v1/webhook-deliveries/{delivery['id']}")

    async def overdue(self, **more: Any) -> None:
        """Every wait, and every claim of who died, is over; `attempts` were made meanwhile."""
        async with self.session("notifications") as tx:
            await tx.execute(update(WebhookDelivery).values(due_at=func.now(), leased_until=None, **more))
            await tx.execute(update(WebhookEndpoint).values(held_until=None))


@asynccontextmanager
async def desk_of(apps: Any, session: Any, **settings: Any) -> AsyncIterator[Desk]:
    """Notifications that pushes when it is asked to, to these receivers."""
    receivers = Receivers()
    told = {"webhook_seconds": 3600} | settings
    async with AsyncExitStack() as stack:
        parts = {"transports": {"webhook": receivers}}
        app = await apps.fresh("notifications", stack, told, parts)
        http = await stack.enter_async_context(over_asgi(app))
        yield Desk(app, http, receivers, session)
