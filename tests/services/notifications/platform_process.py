"""A credit platform as a process of its own, over real HTTP: it keeps what it is sent, and is slow, failing, forgetful or lying as told.

`python -m tests.services.notifications.platform_process KEY PORT`; `POST /behave` names what befalls the next messages and how it
lists what it has.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import uvicorn
from fastapi import FastAPI, Request, Response
from standardwebhooks import Webhook

SLOW = 5.0
"""Longer than anybody waits in tests."""
NOTHING = "0" * 64


@dataclass
class Platform:
    """What it has, and how it behaves."""

    signed: Webhook
    has: dict[str, bytes] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    list: str = ""

    async def behave(self, request: Request) -> dict[str, int]:
        """Behave otherwise from now on, and perhaps forget everything."""
        told = await request.json()
        if told.get("anew"):
            self.has.clear()
        self.messages, self.list = told.get("messages", []), told.get("list", "")
        return {"has": len(self.has)}

    async def take(self, request: Request) -> Response:
        """Take a message, or only say so."""
        body, how = await self._verified(request), self.messages.pop(0) if self.messages else ""
        if how != "forget":
            self.has.setdefault(request.headers["webhook-id"], body + b" " * (how == "alter"))
        return Response('{"receipt": "收讫"}')

    async def listed(self, request: Request) -> Any:
        """List what it has, or what it has not."""
        await self._verified(request)
        asked = await request.json()
        if self.list == "slow":
            await asyncio.sleep(SLOW)
        other = {
            "fail": Response(status_code=500),
            "garbage": Response("<html>系统维护</html>"),
            "endless": endless(asked["after"]),
        }
        return other.get(self.list) or self._page(asked["after"] or "", asked["limit"])

    def _page(self, after: str, limit: int) -> dict[str, Any]:
        rows = [
            {"id": each, "digest": hashlib.sha256(self.has[each]).hexdigest()} for each in sorted(self.has)
        ]
        if self.list == "invent":
            rows.append({"id": f"ffffffff{str(uuid4())[8:]}", "digest": NOTHING})
        rows = [each for each in rows if each["id"] > after]
        page = rows[:limit]
        going_on = page[-1]["id"] if len(page) < len(rows) else None
        if self.list == "backwards":
            page.reverse()
        if self.list == "twice":
            page = [each for each in page for _ in range(2)]
        return {"items": page, "next": str(uuid4()) if self.list == "elsewhere" else going_on}

    async def _verified(self, request: Request) -> bytes:
        body = await request.body()
        self.signed.verify(body, dict(request.headers))
        return body


def endless(after: str | None) -> dict[str, Any]:
    """A page that is never the last, of a message nobody sent."""
    last = f"{int((after or '0')[:8], 16) + 1:08x}-0000-7000-8000-000000000000"
    return {"items": [{"id": last, "digest": NOTHING}], "next": last}


def create(key: str) -> FastAPI:
    """The platform that shares a secret with us."""
    app, platform = FastAPI(), Platform(Webhook(key))
    for path, answer in {
        "/behave": platform.behave,
        "/misconduct": platform.take,
        "/list": platform.listed,
    }.items():
        app.add_api_route(path, answer, methods=["POST"], response_model=None)
    return app


if __name__ == "__main__":
    uvicorn.run(create(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
