"""Real processes for the tests of the relay: the relay itself, and subscribers that do as they are told."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from deploy.local.postgres import free_port
from deploy.local.processes import Interpreters, Spawned, Spawner
from services.relay.__main__ import parser
from services.relay.commands import COMMANDS
from services.relay.settings import Settings

ROOT = Path(__file__).parents[3]
OWN = Interpreters(ROOT)
"""An interpreter of its own for each."""


class Process:
    """A child process of the test."""

    def __init__(self, *command: str, env: dict[str, str], log: Path, spawner: Spawner = OWN) -> None:
        self._command = command
        self._env = {**os.environ, **env}
        self._spawner = spawner
        self.log = log
        self._child: Spawned | None = None

    async def start(self) -> None:
        """Start it, once more if it was killed."""
        module, *words = self._command
        self._child = await self._spawner.spawn(module, words, self._env, self.log, self.log)

    async def done(self) -> int:
        """Start it and wait until it ends by itself; its exit code."""
        await self.start()
        assert self._child is not None
        return await asyncio.wait_for(self._child.wait(), 60)

    async def end(self, by: signal.Signals = signal.SIGKILL) -> int | None:
        """End it, as a crash would unless told otherwise; its exit code."""
        if self._child is None:
            return None
        with suppress(ProcessLookupError):
            self._child.send_signal(by)
        code = await asyncio.wait_for(self._child.wait(), 15)
        self._child = None
        return code


class Relay(Process):
    """The relay as it is run in earnest, with shorter times."""

    def __init__(self, env: dict[str, str], log: Path, spawner: Spawner = OWN) -> None:
        times = {
            "DELIVERY_TIMEOUT_SECONDS": "8",
            "LEASE_SECONDS": "10",
            "FIRST_DELAY_SECONDS": "0.05",
            "LONGEST_DELAY_SECONDS": "0.2",
            "LONGEST_PAUSE_SECONDS": "0.2",
            "POLL_SECONDS": "0.3",
            "REJECTIONS": "3",
            "SEAL_SECONDS": "0.2",
        }
        self.given = {**times, **env}
        super().__init__("services.relay", env=self.given, log=log, spawner=spawner)

    async def command(self, *words: str) -> tuple[int, str]:
        """Ask the relay something, in this process; exit code and what it said."""
        given = parser().parse_args(words)
        said: list[str] = []
        given_settings: dict[str, Any] = {name.lower(): value for name, value in self.given.items()}
        settings = Settings(**given_settings)
        code = await COMMANDS[given.command](settings, said.append, given)
        return code, "\n".join(said)

    async def run(self, *words: str) -> tuple[int, str]:
        """The same as a process of its own."""
        module, *own = self._command
        told = self.log.with_suffix(".said")
        told.unlink(missing_ok=True)
        asked = await self._spawner.spawn(module, [*own, *words], self._env, told, told)
        return await asked.wait(), told.read_text(encoding="utf-8")


class Subscriber(Process):
    """A subscriber whose journal outlives it."""

    def __init__(self, folder: Path, name: str, transport: Mapping[str, str], spawner: Spawner) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.journal = folder / f"{name}.journal"
        self.journal.touch()
        command = (
            "uvicorn",
            "tests.services.relay.subscriber_app:app",
            "--port",
            str(self.port),
            "--log-level",
            "error",
        )
        env = {"JOURNAL": str(self.journal), "SUBSCRIBER": name, **transport}
        super().__init__(*command, env=env, log=folder / f"{name}.log", spawner=spawner)

    async def up(self) -> None:
        """Start it and wait until it answers."""
        await self.start()
        async with httpx.AsyncClient(trust_env=False) as http:
            for _ in range(200):
                try:
                    await http.get(f"{self.url}/healthz")
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
                else:
                    return
        raise AssertionError(self.log.read_text(encoding="utf-8"))

    async def behave(self, **how: Any) -> None:
        """Let it answer otherwise from now on."""
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(f"{self.url}/behave", json=how)
        assert answer.status_code == 204

    def heard(self) -> list[dict[str, Any]]:
        """Every call it journalled, in order; a line it is writing just now is not there yet."""
        lines = self.journal.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def taken(self) -> list[dict[str, Any]]:
        """The events it took, in order, duplicates as they came."""
        return [each["event"] for each in self.heard() if each["status"] == 204]

    def by_subject(self) -> dict[str, list[int]]:
        """What it took of each subject, as the numbers that `publish` gave, without duplicates by id."""
        seen, told = set(), defaultdict(list)
        for event in self.taken():
            if event["id"] not in seen:
                seen.add(event["id"])
                told[event["subject"]].append(int(event["data"]["reason"]))
        return told
