"""PostgreSQL clusters of a test's own, prepared: what the run's one server cannot show, for it streams to nobody and may not die.

The first that is asked for is made from nothing and kept as a folder; later ones are copies of it.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from filelock import FileLock

from deploy.local.bootstrap import SERVICES, create_database, service_url
from deploy.local.keys import Keys
from deploy.local.postgres import EmbeddedPostgres, free_port
from deploy.local.preparing import prepare
from deploy.local.stack import DATABASE
from tests.platform import server
from tests.platform.tokens import signing_key

STREAMING = {
    "wal_level": "replica",
    "max_wal_senders": "10",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_keep_size": "256MB",
}
"""As a durable server, but for the disk's own promise, which no killed process breaks."""


PASSWORD = "of-clusters-of-tests"
ROLES = {name: f"{name}-of-tests" for name in SERVICES}


def keys() -> Keys:
    """Keys of an installation whose tokens are those that tests mint."""
    made = Keys.generate()
    signing = {"keys": [signing_key().as_dict(private=True)]}
    return made.model_copy(
        update={"signing_keys": signing, "postgres_password": PASSWORD, "role_passwords": ROLES}
    )


@contextmanager
def place() -> Iterator[Path]:
    """A folder in memory that the server's account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="cluster-", dir=server.run_folder()))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def cluster(folder: Path, settings: Mapping[str, str] | None = None) -> AsyncIterator[EmbeddedPostgres]:
    """A server that runs for as long as the block, with every schema as the migrations left it."""
    template = server.run_folder() / "cluster"
    with FileLock(template.with_suffix(".lock")):
        if not template.exists():
            await _make(template)
    subprocess.run(["/bin/cp", "--archive", str(template), str(folder)], check=True)
    with _run(at(folder, settings)) as made:
        yield made


def at(folder: Path, settings: Mapping[str, str] | None = None) -> EmbeddedPostgres:
    """A server over a folder; it does not run yet."""
    return EmbeddedPostgres(
        folder, free_port(), PASSWORD, durable=False, settings=STREAMING | dict(settings or {})
    )


def database(postgres: EmbeddedPostgres) -> str:
    """The administrator's URL of the platform's database."""
    return postgres.url(DATABASE)


def url(postgres: EmbeddedPostgres, service: str) -> str:
    """The URL of the platform's database under a service's own role."""
    return service_url(database(postgres), service, ROLES[service])


@contextmanager
def standby(
    primary: EmbeddedPostgres, folder: Path, settings: Mapping[str, str] | None = None
) -> Iterator[EmbeddedPostgres]:
    """A server that follows `primary` over a slot named after the folder; it takes questions, for as long as the block runs."""
    made = at(folder, settings)
    made.folder.mkdir(mode=0o711, exist_ok=True)
    command = [
        str(primary.install / "bin" / "pg_basebackup"),
        f"--dbname={primary.url()}",
        f"--pgdata={made.data}",
    ]
    following = [
        "--write-recovery-conf",
        "--create-slot",
        f"--slot={folder.name}",
        "--checkpoint=fast",
        "--no-sync",
    ]
    subprocess.run([*command, *following], check=True, capture_output=True)
    for path in (made.data, *made.data.rglob("*")):
        made.runs_as.give(path)
    with _run(made):
        yield made


@contextmanager
def _run(postgres: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.stop()


async def _make(template: Path) -> None:
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=template.parent))
    draft.chmod(0o711)
    with _run(at(draft)) as made:
        await create_database(made.url(), DATABASE)
        await prepare(database(made), ROLES)
    draft.rename(template)
