"""The release before this one, and what the next one may do to a database that it works on."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import asyncpg

from deploy.local.bootstrap import SERVICES, owner

RELEASES = ("tag", "--list", "v*", "--merged", "HEAD", "--no-contains", "HEAD", "--sort=-version:refname")
TABLES = "select tablename from pg_tables where schemaname = $1 and tablename <> 'alembic_version' order by 1"
EXPANSION = (
    "alter table {table} add column told_later text, add column counted_later bigint not null default 0"
)
"""What a migration that runs before its code may do to any table; code that names its columns does not notice."""
BESIDE = (
    "create table kept_later (id uuid primary key, note text)",
    "create index concurrently ix_outbox_later on outbox (subject, seq)",
    "update alembic_version set version_num = '9999'",
)


def previous_release(project: Path, folder: Path) -> Path | None:
    """The code of the newest release that the present commit comes after, laid out in `folder`.

    None before the first one, and where the history is not at hand.
    """
    tags = _git(project, *RELEASES).decode().split()
    if not tags:
        return None
    with tarfile.open(fileobj=BytesIO(_git(project, "archive", tags[0]))) as packed:
        packed.extractall(folder, filter="data")
    return folder


def _git(project: Path, *asked: str) -> bytes:
    git = shutil.which("git")
    if git is None:
        return b""
    return subprocess.run([git, *asked], cwd=project, capture_output=True, check=False).stdout


async def expand(admin_url: str) -> int:
    """Let every table of every service grow while it is in use, as the runner of migrations does; how many there were."""
    connection = await asyncpg.connect(admin_url)
    grown = 0
    try:
        await connection.execute("set lock_timeout = '5s'")
        for service in SERVICES:
            await connection.execute(f"set role {owner(service)}; set search_path = {service}, extensions")
            tables = [row["tablename"] for row in await connection.fetch(TABLES, service)]
            for table in tables:
                await connection.execute(EXPANSION.format(table=table))
            for statement in BESIDE:
                await connection.execute(statement)
            grown += len(tables)
    finally:
        await connection.close()
    return grown
