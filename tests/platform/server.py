"""One PostgreSQL server per test run, started by the first worker that needs it and shared by all.

The run's folder lies in memory where there is room. It is named after the process that leads the run, which removes it
at its end; what a killed run left behind is swept by the next one.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from filelock import FileLock

from deploy.local.bootstrap import bootstrap, create_database, service_url
from deploy.local.layout import Layout, Ports
from deploy.local.postgres import EmbeddedPostgres, free_port
from deploy.local.processes import lives
from migrations.failures import MigrationFailure
from migrations.run import SERVICES, upgrade
from tests.platform.isolation import remember_seed
from tests.platform.pgbouncer import PID, PgBouncer, Pooled, asked_for, through

RUN = "TITLES_TEST_RUN"
TEMPLATE = "titles_template"
POOLER = "pgbouncer"
ROOM_NEEDED = 2 << 30
LEAST_PASSWORD_MEMORY_KIB = 19_456
"""The least that accounts takes, and the quickest."""


@dataclass(frozen=True)
class TestServer:
    """Where the run's server is, its passwords, and which services' migrations do not run, with the reason."""

    __test__ = False

    admin_url: str
    pid: int
    passwords: dict[str, str]
    broken: dict[str, str] = field(default_factory=dict)
    pooler: int | None = None
    """The port of the pooler through which services reach it, where there is one."""

    @property
    def port(self) -> int:
        """Return where the server itself listens."""
        port = urlsplit(self.admin_url).port
        assert port is not None
        return port

    @property
    def folder(self) -> Path:
        """Return the run's folder, which an account without rights gets into."""
        return run_folder()

    def admin(self, database: str) -> str:
        """Return the administrator's URL of `database`."""
        return self.admin_url.rpartition("/")[0] + "/" + database

    def url(self, service: str, database: str) -> str:
        """Return the URL by which `service` reaches `database` under its login role."""
        direct = self.direct(service, database)
        return direct if self.pooler is None else through(direct, self.pooler)

    def direct(self, service: str, database: str) -> str:
        """Return the same with nothing in between, for a session that lasts: to listen, or of asyncpg alone."""
        if service in self.broken:
            raise RuntimeError(f"the migrations of {service} do not run: {self.broken[service]}")
        return service_url(self.admin(database), service, self.passwords[service])

    def layout(self, folder: Path, database: str, *, second_factor: bool = True) -> Layout:
        """Return what a stack on `database` consists of."""
        url = self.admin(database)
        return Pooled(folder, Ports.free(), url, second_factor=second_factor, pooler=self.pooler)


def lead_run() -> None:
    """Name the run after this process, for itself and the workers it starts; sweep what dead runs left.

    Processes of the stack take after our environment: they check passwords as cheaply as the apps under test.
    """
    os.environ[RUN] = str(os.getpid())
    os.environ["PASSWORD_MEMORY_KIB"] = str(LEAST_PASSWORD_MEMORY_KIB)
    for folder in _base().glob("run-*"):
        if not Path(f"/proc/{folder.name.removeprefix('run-')}").exists():
            _remove(folder)
    asked_for()


def end_run() -> None:
    """Stop the run's server, whoever started it, and the pooler before it, and remove its folder."""
    _remove(run_folder())


async def shared() -> TestServer:
    """Return the run's server; the first caller starts it and builds the template database."""
    folder = run_folder()
    with FileLock(folder / "lock"):
        described = folder / "server.json"
        if not described.exists():
            server = await _started(folder)
            described.write_text(json.dumps(asdict(server)), encoding="utf-8")
            described.chmod(0o600)
        return TestServer(**json.loads(described.read_text(encoding="utf-8")))


async def _started(folder: Path) -> TestServer:
    postgres = EmbeddedPostgres(
        folder / "postgres", free_port(), secrets.token_urlsafe(16), durable=False, attached=False
    )
    postgres.start()
    pid = postgres.leave()
    (folder / "pid").write_text(str(pid), encoding="utf-8")
    passwords = {service: secrets.token_urlsafe(16) for service in SERVICES}
    await create_database(postgres.url(), TEMPLATE)
    broken = await _build_template(postgres.url(TEMPLATE), passwords)
    pooler = PgBouncer(folder / POOLER).start(postgres.port, passwords) if asked_for() else None
    return TestServer(postgres.url(), pid, passwords, broken, pooler)


async def _build_template(admin_url: str, passwords: dict[str, str]) -> dict[str, str]:
    """Make roles, schemas and all tables; one service whose migrations fail does not stop the tests of the others."""
    broken = {}
    await bootstrap(admin_url, passwords)
    for service in SERVICES:
        try:
            await upgrade(admin_url, service)
        except (MigrationFailure, ImportError, SyntaxError, AttributeError) as failure:
            broken[service] = f"{type(failure).__name__}: {failure}"
    await _let_analyze(admin_url)
    await remember_seed(admin_url)
    return broken


async def _let_analyze(admin_url: str) -> None:
    """Let a test that writes thousands of rows tell the planner of them, as autovacuum does for a real table."""
    connection = await asyncpg.connect(admin_url)
    try:
        for service in SERVICES:
            await connection.execute(f"GRANT MAINTAIN ON ALL TABLES IN SCHEMA {service} TO {service}")
    finally:
        await connection.close()


def _base() -> Path:
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, and its owner checked
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_NEEDED
    base = (memory if roomy else Path(tempfile.gettempdir())) / f"titles-tests-{os.getuid()}"
    base.mkdir(mode=0o711, exist_ok=True)
    if base.stat().st_uid != os.getuid():
        raise PermissionError(f"{base} belongs to another user")
    return base


def run_folder() -> Path:
    """The run's folder; what lies in it lies there until the run ends."""
    folder = _base() / f"run-{os.environ[RUN]}"
    folder.mkdir(mode=0o711, exist_ok=True)
    return folder


def _remove(folder: Path) -> None:
    for pooler in folder.glob(f"*/{PID}"):
        PgBouncer(pooler.parent).stop()
    with suppress(FileNotFoundError, ValueError, ProcessLookupError):
        pid = int((folder / "pid").read_text(encoding="utf-8"))
        if (folder / "postgres" / "data").resolve() == Path(f"/proc/{pid}/cwd").resolve():
            os.kill(pid, signal.SIGQUIT)
            for _ in range(100):
                if not lives(pid):
                    break
                time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)
