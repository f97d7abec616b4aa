"""A phone with a command line for a screen, and the browser that its user signs in with."""

from __future__ import annotations

import asyncio
import json
import shutil
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

from demo.stage import PASSWORD
from deploy.local.stack import Stack
from tests.clients.line import Line
from tests.services.accounts.third_party import Browser

BACK = "http://127.0.0.1:49152/back"


async def started(*command: str, cwd: Path, **settings: str) -> Process:
    """A program, with nothing of our environment but where programs are found."""
    path = {"PATH": f"{Path(shutil.which('node') or '').parent}:/usr/bin:/bin"}
    return await asyncio.create_subprocess_exec(
        *command, cwd=cwd, env=path | settings, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )


async def ran(*command: str, cwd: Path, **settings: str) -> tuple[int | None, str, str]:
    """Its exit code, what it says, and what it says on the side."""
    process = await started(*command, cwd=cwd, **settings)
    told, aside = await process.communicate()
    return process.returncode, told.decode(), aside.decode()


class Phone:
    """An app that ends after every command: nothing but what it has kept goes on."""

    def __init__(self, built: Path, stack: Stack, line: Line, folder: Path, client: str) -> None:
        self.built, self.folder = built, folder
        self.settings = {
            "TITLES_GATEWAY": f"{line.url}/graphql",
            "TITLES_ISSUER": stack.url("accounts"),
            "TITLES_CLIENT": client,
            "TITLES_BACK": BACK,
            "TITLES_FOLDER": str(folder),
        }

    async def __call__(self, command: str, *given: str) -> Any:
        """What it says to a command."""
        code, told, aside = await ran(
            "node", "build/phone.js", command, *given, cwd=self.built, **self.settings
        )
        assert told, (code, aside)
        return json.loads(told)

    async def write(self, **sections: Any) -> None:
        """Write sections."""
        assert await self("write", self.file("sections.json", json.dumps(sections).encode())) is None

    def file(self, name: str, content: bytes) -> str:
        """Put a file on the phone."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / name).write_bytes(content)
        return str(self.folder / name)

    @property
    def tokens(self) -> dict[str, Any]:
        """The tokens it keeps."""
        told: dict[str, Any] = json.loads((self.folder / "secrets" / "tokens").read_text())
        return told

    def spoil(self, **changed: Any) -> None:
        """Let the tokens it keeps be others."""
        (self.folder / "secrets" / "tokens").write_text(json.dumps(self.tokens | changed))

    async def sign_in(self, login: str) -> None:
        """Through the system's browser, and back."""
        back = await allowed(await self("sign-in"), login)
        assert await self("back", back) is None


async def allowed(address: str, login: str) -> str:
    """Where somebody's browser is sent after a sign-in and a consent."""
    async with httpx.AsyncClient(trust_env=False) as http:
        browser = Browser(http)
        await browser.open(address)
        await browser.press("password", login=login, password=PASSWORD)
        answer = await browser.press("allow")
    return urljoin(str(answer.url), answer.headers["location"])
