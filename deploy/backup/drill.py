"""The newest copy is brought back and looked at, as if the machine had been lost: a copy nobody tried is a hope."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from deploy.backup.installation import Installation
from deploy.backup.restoring import Restored, restore
from deploy.local.bootstrap import SERVICES, connect, service_url
from deploy.local.failures import LocalFailure
from deploy.local.keys import Keys
from deploy.local.layout import FILES
from deploy.local.processes import lives
from deploy.local.stack import DATABASE
from services.kit import audit
from services.kit.db import Database
from services.kit.settings import async_url

FOLDER = "drills/"
SCRATCHES, SCRATCH = Path("/var/tmp"), "titles-drill-"  # noqa: S108 - mkdtemp makes what is ours in it
NAMED = {
    "accounts": "select storage_key from accounts.evidence_file where stored_at is not null and purged_at is null",
    "workflow": "select storage_key from workflow.material where stored_at is not null",
}
"""The files that rows name, of each service that keeps any."""


class DrillFailed(LocalFailure):
    """What was brought back is not whole."""

    def __init__(self, why: str) -> None:
        super().__init__(f"backup: the copy was brought back and is not whole: {why}")


@dataclass(frozen=True)
class Drill:
    """What was found. `behind_seconds`: how old the newest change was when it began; `took_seconds`: until it could be started on."""

    at: str
    copy: str
    behind_seconds: float | None
    took_seconds: float
    segments: int
    links: dict[str, int]
    files: int

    def __str__(self) -> str:
        links = ", ".join(f"{name} {count}" for name, count in self.links.items())
        behind = (
            "nothing changed since the copy"
            if self.behind_seconds is None
            else f"the last change is {self.behind_seconds:.1f} s old"
        )
        return (
            f"copy {self.copy} with {self.segments} segments brought back in {self.took_seconds:.1f} s; {behind};"
            f" audit chains whole ({links}); {self.files} files named by rows are there and unaltered"
        )


async def drill(installation: Installation) -> Drill:
    """Bring the newest copy back into a folder of the moment, look at all of it, and keep what was found.

    Raises:
        LocalFailure: it cannot be brought back, or is not whole.
    """
    scratch = _scratch()
    try:
        _, found = await bring_back(installation, scratch / "run")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    installation.repository.put_json(
        f"{FOLDER}{datetime.fromisoformat(found.at):%Y%m%dT%H%M%SZ}.json.gz.age", asdict(found)
    )
    return found


def _scratch() -> Path:
    """A folder that the server's account can reach; those that a killed drill left open to the eye go first."""
    for left in SCRATCHES.glob(f"{SCRATCH}*-*"):
        pid = left.name.removeprefix(SCRATCH).partition("-")[0]
        if left.stat().st_uid == os.geteuid() and pid.isdecimal() and not lives(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=f"{SCRATCH}{os.getpid()}-", dir=SCRATCHES))
    made.chmod(0o711)
    return made


async def bring_back(
    installation: Installation, into: Path, to: datetime | None = None
) -> tuple[Restored, Drill]:
    """Restore, start the server, look at all of it, and stop the server.

    Raises:
        LocalFailure: it cannot be brought back, or is not whole.
    """
    began, clock = datetime.now(UTC), time.monotonic()
    restored = await asyncio.to_thread(restore, installation, into, to)
    try:
        await asyncio.to_thread(restored.postgres.start)
        took = time.monotonic() - clock
        return restored, await _look(restored, began, took)
    finally:
        await asyncio.to_thread(restored.postgres.stop)


async def _look(restored: Restored, began: datetime, took: float) -> Drill:
    """Walk every chain and read every file that a row names.

    Raises:
        DrillFailed: the first thing that is not as it should be.
    """
    admin_url = restored.postgres.url(DATABASE)
    connection = await connect(admin_url)
    try:
        passwords = Keys.kept_in(restored.run / "secrets.json").role_passwords
        links = {name: await _walk(service_url(admin_url, name, passwords[name]), name) for name in SERVICES}
        files = await read_named(connection, restored.run)
    finally:
        await connection.close()
    last = restored.last_change
    behind = (began - last).total_seconds() if last is not None else None
    return Drill(began.isoformat(), restored.copy.id, behind, took, restored.segments, links, files)


async def _walk(url: str, service: str) -> int:
    database = Database(async_url(url), pool_size=1)
    try:
        async with database.begin() as tx:
            return await audit.verify(tx)
    except audit.ChainBroken as broken:
        raise DrillFailed(f"{service}: {broken}") from None
    finally:
        await database.close()


async def read_named(connection: asyncpg.Connection, run: Path) -> int:
    """Read every file that a row names from the stores of a run folder; how many.

    Raises:
        DrillFailed: the first that is missing or altered.
    """
    count = 0
    for service, query in NAMED.items():
        for row in await connection.fetch(query):
            await asyncio.to_thread(_read, run / FILES[service], row["storage_key"])
            count += 1
    return count


def _read(store: Path, key: str) -> None:
    """A file's name is the digest of what is in it."""
    try:
        with (store / key).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise DrillFailed(f"the file {key} is missing") from None
    if digest != key.rpartition("/")[2]:
        raise DrillFailed(f"the file {key} was altered")


def last(installation: Installation) -> dict[str, Any] | None:
    """What the last drill found; None where there was none."""
    kept = installation.repository.kept(FOLDER)
    return installation.repository.get_json(kept[-1].name) if kept else None
