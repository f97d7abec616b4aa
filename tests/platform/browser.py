"""A real browser without a window, told what to do over its debugging socket; and the service where it can reach it."""

from __future__ import annotations

import asyncio
import json
import shutil
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvicorn

from deploy.local.postgres import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_a_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no Chromium to look at the page in (Debian: chromium)"
)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"),
    "--disable-dev-shm-usage",  # a container's is too small for a picture of a long page
)
PATIENCE_SECONDS = 90
SHOWN = """new Promise((told) => { const out = document.getElementById("result");
  const look = () => out.className ? told([out.className, out.textContent]) : setTimeout(look, 10); look(); })"""


class Browser:
    """One page of it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = count(1)
        self.faults: list[str] = []

    async def tell(self, method: str, **told: Any) -> Any:
        """Send a command and wait for its result; what the page complains of meanwhile is kept."""
        answer = await self._answered(method, **told)
        assert "error" not in answer, answer
        return answer["result"]

    async def _answered(self, method: str, **told: Any) -> Any:
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": told})
        while True:
            answer = await self._socket.receive_json(timeout=PATIENCE_SECONDS)
            if answer.get("method") in {"Runtime.exceptionThrown", "Log.entryAdded"}:
                self.faults.append(json.dumps(answer["params"]))
            if answer.get("id") == number:
                return answer

    async def open(self, address: str) -> None:
        """Open an address anew, and wait until the page has loaded."""
        await self.tell("Page.navigate", url="about:blank")
        await self.tell("Page.navigate", url=address)
        await self.run(
            'new Promise((r) => document.readyState === "complete" ? r() : addEventListener("load", r))'
        )

    async def run(self, script: str) -> Any:
        """What a script in the page comes to."""
        done = await self.tell("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    async def until(self, script: str) -> None:
        """Wait until a script comes to true, in whichever page is open by then; between two pages there is no answer."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                answer = await self._answered("Runtime.evaluate", expression=script, returnByValue=True)
                if answer.get("result", {}).get("result", {}).get("value") is True:
                    return
                await asyncio.sleep(0.05)

    async def shown(self) -> tuple[str, str]:
        """What the page shows as its result: of what kind, and the words."""
        kind, words = await self.run(SHOWN)
        return kind, words

    async def submitted(self, form: str, **fields: str) -> tuple[str, str]:
        """Fill in a form as somebody does, send it off, and see what is shown."""
        filled = "".join(f"form.{name}.value = {json.dumps(value)};" for name, value in fields.items())
        await self.run(
            f'{{ const form = document.getElementById("{form}"); {filled}'
            'document.getElementById("result").className = ""; form.requestSubmit(); }'
        )
        return await self.shown()


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Browser]:
    """A browser with a fresh profile."""
    assert CHROMIUM is not None
    process = await asyncio.create_subprocess_exec(
        CHROMIUM, *FLAGS, f"--user-data-dir={folder}", "about:blank", stdout=DEVNULL, stderr=PIPE
    )
    try:
        assert process.stderr is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (line := await process.stderr.readline()).startswith(b"DevTools listening"):
                assert line, "the browser did not start"
        host = line.split(b"//")[1].split(b"/")[0].decode()
        async with aiohttp.ClientSession() as http:
            page = await _first_page(http, host)
            async with http.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                opened = Browser(socket)
                for domain in ("Page", "Runtime", "Log"):
                    await opened.tell(f"{domain}.enable")
                yield opened
    finally:
        process.terminate()
        await process.wait()


async def _first_page(http: aiohttp.ClientSession, host: str) -> dict[str, Any]:
    """The page it opened with, which may come some time after the socket."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            async with http.get(f"http://{host}/json/list") as answer:
                told: list[dict[str, Any]] = await answer.json()
            if pages := [each for each in told if each["type"] == "page"]:
                return pages[0]
            await asyncio.sleep(0.05)


@asynccontextmanager
async def served(app: Any, port: int = 0) -> AsyncIterator[str]:
    """An application of this process, on a port of this machine; on any that is free, unless one is told. Its address."""
    config = uvicorn.Config(app, port=port, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    taken = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{taken}"
    finally:
        server.should_exit = True
        await running


def a_port() -> int:
    """A port that is free at this moment."""
    return free_port()
