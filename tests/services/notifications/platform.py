"""A credit platform as a peer of its own: it checks signatures, drops what it has, and fails as it is told to."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

from services.notifications.outward.signing import signature

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Killed(BaseException):
    """The sender's process dies here."""


@dataclass
class Platform(httpx.AsyncBaseTransport):
    """What it has counts once an id; `behaviour` says what happens to the next requests, then it takes everything."""

    behaviour: list[str] = field(default_factory=list)
    has: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Take a message, or fail."""
        how = self.behaviour.pop(0) if self.behaviour else "take"
        body = await request.aread()
        sent = request.headers
        assert sent["idempotency-key"] == sent["webhook-id"]
        told = signature(sent["webhook-id"], int(sent["webhook-timestamp"]), body, KEY)
        assert sent["webhook-signature"] == told
        self.asked[sent["webhook-id"]] += 1
        if how == "refuse":
            return httpx.Response(503, text="稍后再试")
        if how == "die before":
            raise Killed
        known = self.has.setdefault((request.url.host, sent["webhook-id"]), json.loads(body))
        assert known == json.loads(body), "the same id, another message"
        if how == "lose":
            raise httpx.ReadTimeout("the answer is lost")
        if how == "die after":
            raise Killed
        return httpx.Response(200, json={"receipt": f"R-{sent['webhook-id'][-6:]}"})

    def of(self, host: str) -> list[dict[str, Any]]:
        """What one platform has, in the order in which it came."""
        return [told for (where, _), told in self.has.items() if where == host]
