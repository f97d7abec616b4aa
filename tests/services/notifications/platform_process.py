"""A credit platform as a process of its own, over real HTTP: it takes messages, says who is barred, and is slow, failing or lying as told.

`python -m tests.services.notifications.platform_process KEY` listens on a port that it prints; `POST /behave` names what befalls the
next messages and questions, how it lists what it has, and who is barred.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
    checks: list[str] = field(default_factory=list)
    barred: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)
    list: str = ""

    async def behave(self, request: Request) -> dict[str, Any]:
        """Behave otherwise from now on, and perhaps forget everything; what it has, and by which ids it was asked of whom."""
        told = await request.json()
        if told.get("anew"):
            self.has.clear()
            self.asked.clear()
        self.messages, self.list = told.get("messages", []), told.get("list", "")
        self.checks, self.barred = told.get("checks", []), told.get("barred", {})
        return {"has": len(self.has), "asked": self.asked}

    async def check(self, request: Request) -> Response:
        """Say whether somebody is barred, or anything else."""
        body, how = json.loads(await self._verified(request)), self.checks.pop(0) if self.checks else ""
        assert body["type"] == "titles.credit_check.v1"
        question, number = request.headers["webhook-id"], body["data"]["resident_id"]
        self.asked.setdefault(question, []).append(number)
        if how == "slow":
            await asyncio.sleep(SLOW)
        if how == "fail":
            return Response(f"{body['data']['name']} {number}", status_code=500)
        told = {"id": question, "listed": number in self.barred, **self.barred.get(number, {})}
        return Response(lied(how, told, number))

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


LIES: dict[str, dict[str, Any]] = {
    "another": {"id": str(uuid4())},
    "no document": {"listed": True, "document": None, "from": "2023-01-01"},
    "no bar": {"listed": False, "document": "某函〔2023〕1号"},
    "backwards": {"listed": True, "document": "某函〔2023〕1号", "from": "2023-02-01", "until": "2023-01-01"},
    "word": {"listed": "false"},
    "no day": {"listed": True, "document": "某函〔2023〕1号", "from": "2023年1月1日"},
}
"""What is no answer, though it looks like one."""


def lied(how: str, told: dict[str, Any], number: str) -> str:
    """The answer, or what stands in its place."""
    if how == "garbage":
        return "<html>系统维护</html>"
    if how == "endless":
        return json.dumps(told | {"note": "长" * 4000})
    if how == "person":
        return json.dumps(told | {"listed": True, "document": f"关于{number}的决定", "from": "2023-01-01"})
    return json.dumps(told | LIES.get(how, {}))


def create(key: str) -> FastAPI:
    """The platform that shares a secret with us."""
    app, platform = FastAPI(), Platform(Webhook(key))
    for path, answer in {
        "/behave": platform.behave,
        "/misconduct": platform.take,
        "/list": platform.listed,
        "/check": platform.check,
    }.items():
        app.add_api_route(path, answer, methods=["POST"], response_model=None)
    return app


@asynccontextmanager
async def started(key: str) -> AsyncIterator[str]:
    """The address of such a platform; it ends with the block."""
    module = "tests.services.notifications.platform_process"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, key, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        port = int(await asyncio.wait_for(process.stdout.readline(), 60))
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        server = uvicorn.Server(uvicorn.Config(create(sys.argv[1]), log_level="error"))
        asyncio.run(server.serve([listening]))
