"""What is copied: the database behind an administrator's URL, and the folders of files beside it."""

from __future__ import annotations

import asyncio
import os
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg

from deploy.backup.repository import Repository, identity_in
from deploy.backup.settings import Settings
from deploy.local.bootstrap import connect, libpq_call
from deploy.local.failures import LocalFailure
from deploy.local.layout import FILES, Layout
from deploy.local.postgres import installed

SLOT = "titles_backup"
OWNER = "installation.json.gz.age"
"""Whose copies these are, by the identifier that PostgreSQL gives a cluster when it is made."""
SYSTEM = "select system_identifier::text as system from pg_control_system()"


class PlaceTaken(LocalFailure):
    """Two installations at one place would write over each other's changes, which bear the same names."""

    def __init__(self) -> None:
        super().__init__(
            "backup: BACKUP_URL holds the copies of another installation; bring that one back, or name a place of its own"
        )


PLAIN = {"LC_ALL": "C"}
"""What programs tell is read."""


class ProgramFailed(LocalFailure):
    """A program of PostgreSQL ended with an error."""

    def __init__(self, program: str, told: str) -> None:
        lines = [line.strip() for line in told.splitlines() if line.strip()]
        super().__init__(f"{program}: {lines[-1] if lines else 'it said nothing'}")


@dataclass(frozen=True)
class Installation:
    """One installation, with the place of its copies."""

    run: Path
    admin_url: str
    repository: Repository
    settings: Settings

    @classmethod
    def of(cls, layout: Layout, admin_url: str, settings: Settings) -> Installation:
        """The installation of a layout."""
        return cls(layout.run, admin_url, repository_of(layout, settings), settings)

    @property
    def spool(self) -> Path:
        """Where changes arrive from the server before they leave the machine."""
        return self.run / "wal"

    @property
    def stores(self) -> dict[str, Path]:
        """The folders of files, by the name under which they are copied."""
        return {name: self.run / name for name in FILES.values()}

    def program(self, name: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
        """How a program of PostgreSQL is called on the database: command and environment, the password in the latter."""
        place, secret = libpq_call(self.admin_url)
        return [str(installed() / "bin" / name), f"--dbname={place}", *arguments], os.environ | secret | PLAIN

    def call(self, name: str, *arguments: str) -> None:
        """Run a program of PostgreSQL on the database to its end.

        Raises:
            ProgramFailed: with its last line.
        """
        command, environment = self.program(name, *arguments)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ProgramFailed(name, done.stderr)

    async def claim(self) -> None:
        """Make certain that the place is ours; the first one to come has it.

        Raises:
            PlaceTaken: another installation's copies are there.
            NotOurs: and sealed for another identity.
        """
        system = (await self.ask(SYSTEM))["system"]
        owner = await asyncio.to_thread(self.repository.known, OWNER)
        if owner is None:
            await asyncio.to_thread(self.repository.put_json, OWNER, {"system": system})
        elif owner["system"] != system:
            raise PlaceTaken

    async def ask(self, question: str) -> asyncpg.Record:
        """One row of the server's."""
        connection = await connect(self.admin_url)
        try:
            return await connection.fetchrow(question)
        finally:
            await connection.close()

    async def now(self) -> datetime:
        """The server's clock, by which moments are brought back."""
        moment: datetime = (await self.ask("select clock_timestamp() as at"))["at"]
        return moment


def repository_of(layout: Layout, settings: Settings) -> Repository:
    """Where the copies of a layout lie, with what opens them."""
    layout.run.mkdir(parents=True, exist_ok=True, mode=0o711)
    identity = identity_in(settings.backup_identity or layout.run / "backup-identity.txt")
    return Repository(settings.backup_url, identity)
