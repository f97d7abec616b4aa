"""A whole installation whose every line can be cut and whose disk can be full: PostgreSQL of its own, on a small file system."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from deploy.local.births import Births
from deploy.local.bootstrap import SERVICES, create_database
from deploy.local.keys import Keys
from deploy.local.layout import Layout, Ports
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.stack import DATABASE, Stack, running
from tests.platform.certificates import ServerCertificate
from tests.platform.network import Line

DISK_MEGABYTES = 1200
DATABASE_LINE = "postgres"
BY_TLS = "?ssl=verify-full"
HASTY = {"HOLD_GRACE_SECONDS": "1", "RECONCILE_EVERY_SECONDS": "0.5", "REJECTIONS": "2", "LEASE_SECONDS": "4"}
"""What is put right by itself is put right soon."""
SHORT = {"DELIVERY_TIMEOUT_SECONDS": "3", "SIGNING_KEYS_EVERY_SECONDS": "0.5"}


@dataclass(frozen=True)
class OverLines(Layout):
    """A layout in which each process reaches the others and the database over lines only, the database by TLS."""

    lines: Mapping[str, Line] = field(default_factory=dict)
    authority: Path = Path()

    def environment(self, process: str, keys: Keys, admin_url: str) -> dict[str, str]:
        """As everywhere, with the lines' ports in all addresses."""
        told = super().environment(process, keys, admin_url) | HASTY | SHORT
        told |= {"PGSSLROOTCERT": str(self.authority)}
        for name, line in self.lines.items():
            port = self.ports.postgres if name == DATABASE_LINE else self.ports.of(name)
            told |= {
                key: value.replace(f":{port}", f":{line.port}") + (BY_TLS if name == DATABASE_LINE else "")
                for key, value in told.items()
                if key.endswith("_URL") and f":{port}" in value
            }
        return told


@dataclass
class Installation:
    """The stack, its server, its lines by the name of who is reached over them, its folder and disk (None: it cannot be filled).

    `certificate` is what the database shows.
    """

    stack: Stack
    postgres: EmbeddedPostgres
    lines: Mapping[str, Line]
    certificate: ServerCertificate
    folder: Path
    disk: Path | None

    @property
    def admin_url(self) -> str:
        """The administrator's way to the database, over no line."""
        return self.postgres.url(DATABASE)

    def urls(self) -> dict[str, str]:
        """Each service's own way to its schema, over no line."""
        passwords = self.stack.keys.role_passwords
        return {
            each: f"postgresql://{each}:{passwords[each]}@127.0.0.1:{self.postgres.port}/{DATABASE}"
            for each in SERVICES
        }

    async def kill(self, process: str) -> None:
        """End one process as a crash would, and start it again."""
        await self.stack.kill(process)
        await self.stack.start_again(process)

    async def restart_database(self) -> None:
        """End the server at once, without a checkpoint, and start it again."""
        assert self.postgres.process is not None
        self.postgres.process.send_signal(signal.SIGQUIT)
        await asyncio.to_thread(self.postgres.process.wait)
        await asyncio.to_thread(self.postgres.start)

    @contextmanager
    def full(self) -> Iterator[None]:
        """The disk is full to the last byte; what is given back meanwhile can be written again."""
        assert self.disk is not None
        ballast = self.disk / "ballast"
        free = shutil.disk_usage(self.disk).free
        try:
            with ballast.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, free)
            yield
        finally:
            ballast.unlink()

    async def stand_up(self) -> None:
        """Start what the fault has ended."""
        if not self.postgres.running():
            await asyncio.to_thread(self.postgres.start)
        await self._until_it_answers()
        for name, child in self.stack.children.items():
            if not child.alive:
                await self.stack.start_again(name)

    async def _until_it_answers(self) -> None:
        async with asyncio.timeout(60):
            while True:
                try:
                    await (await asyncpg.connect(self.admin_url, timeout=5)).close()
                except (OSError, asyncpg.PostgresError, TimeoutError):
                    await asyncio.sleep(0.2)
                else:
                    return


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A file system of its own in memory, mounted on `folder`; None where we may not mount."""
    folder.mkdir(mode=0o711)
    size = f"size={DISK_MEGABYTES}m,mode=711"
    mount = shutil.which("mount")
    mounted = mount and os.geteuid() == 0
    if mounted:
        done = subprocess.run([str(mount), "-t", "tmpfs", "-o", size, "tmpfs", folder], check=False)
        mounted = done.returncode == 0
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S607 - it was there a moment ago


@contextmanager
def served(folder: Path, port: int) -> Iterator[EmbeddedPostgres]:
    """A database server that keeps its word."""
    postgres = EmbeddedPostgres(folder, port, secrets.token_urlsafe(16))
    postgres.start()
    try:
        yield postgres
    finally:
        postgres.stop()


@asynccontextmanager
async def installed(births: Births) -> AsyncIterator[Installation]:
    """Everything running, born by `births`, in a folder that the database's own user reaches; gone afterwards."""
    ports = Ports.free()
    await births.open()
    async with AsyncExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="titles-faults-")))
        folder.chmod(0o711)
        disk = opened.enter_context(small_disk(folder / "disk"))
        postgres = opened.enter_context(served(folder / "disk" / "postgres", ports.postgres))
        await create_database(postgres.url(), DATABASE)
        certificate = ServerCertificate(folder)
        lines = {
            name: await opened.enter_async_context(
                Line.laid(getattr(ports, name), certificate if name == DATABASE_LINE else None)
            )
            for name in (*SERVICES, DATABASE_LINE)
        }
        url = postgres.url(DATABASE)
        run, authority = folder / "disk" / "run", certificate.authority
        layout = OverLines(run, ports, url, second_factor=False, lines=lines, authority=authority)
        stack = await opened.enter_async_context(running(layout, spawner=births))
        yield Installation(stack, postgres, lines, certificate, folder, disk)
