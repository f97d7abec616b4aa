"""Whole copies: PostgreSQL's own, in one stream from the server into the repository, with all it needs to be opened."""

from __future__ import annotations

import asyncio
import re
import subprocess
import tarfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, cast

from deploy.backup import files, segments
from deploy.backup.installation import Installation, ProgramFailed
from deploy.backup.repository import Repository
from deploy.local.failures import LocalFailure
from deploy.local.postgres import installed
from deploy.local.unprivileged import RunsAs

FOLDER = "base/"
RECORD = "record.json.gz.age"
FILES = "files.json.gz.age"
"""The files that were there when a copy was taken."""
STARTED_AT = re.compile(r"start point: ([0-9A-F]+/[0-9A-F]+) on timeline (\d+)")
ENDED_AT = re.compile(r"end point: ([0-9A-F]+/[0-9A-F]+)")
SERVER = """
select current_setting('wal_segment_size') as segment, current_setting('server_version_num')::int / 10000 as major,
pg_size_bytes(current_setting('wal_segment_size')) as segment_bytes, system_identifier
from pg_control_system()
"""


class NoCopy(LocalFailure):
    """No whole copy is as asked for."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"backup: there is no copy {wanted}")


class CopyBroken(LocalFailure):
    """PostgreSQL's own check of a copy against its manifest failed."""

    def __init__(self, copy: str, told: str) -> None:
        lines = [line.strip() for line in told.splitlines() if line.strip()]
        super().__init__(
            f"backup: copy {copy} is not as it was taken: {lines[0] if lines else 'pg_verifybackup failed'}"
        )


@dataclass(frozen=True)
class Copy:
    """A whole copy: when it was taken, and where in the log it begins and ends. Instants are UTC, ISO 8601."""

    id: str
    started: str
    ended: str
    timeline: int
    start: str
    end: str
    segment_bytes: int
    major: int
    system: str

    @property
    def first_segment(self) -> str:
        """The first segment that a later moment needs."""
        return segments.name(self.timeline, segments.place(self.start), self.segment_bytes)

    @property
    def started_at(self) -> datetime:
        """When it was begun."""
        return datetime.fromisoformat(self.started)

    @property
    def ended_at(self) -> datetime:
        """The earliest moment that it can be brought to."""
        return datetime.fromisoformat(self.ended)

    @property
    def folder(self) -> str:
        """Below which its objects lie."""
        return f"{FOLDER}{self.id}/"


async def take(installation: Installation) -> Copy:
    """Take a whole copy now. Its record comes last: without it there is none.

    Raises:
        PlaceTaken, ProgramFailed, RepositoryFailed: nothing was taken.
    """
    await installation.claim()
    started = await installation.now()
    server = await installation.ask(SERVER)
    name = f"{started:%Y%m%dT%H%M%S.%fZ}"
    told = await asyncio.to_thread(_send, installation, f"{FOLDER}{name}/")
    start, timeline = _found(STARTED_AT, told)
    (end,) = _found(ENDED_AT, told)
    copy = Copy(
        id=name,
        started=started.isoformat(),
        ended=(await installation.now()).isoformat(),
        timeline=int(timeline),
        start=start,
        end=end,
        segment_bytes=server["segment_bytes"],
        major=server["major"],
        system=str(server["system_identifier"]),
    )
    await asyncio.to_thread(installation.repository.put_json, copy.folder + RECORD, asdict(copy))
    return copy


def _send(installation: Installation, folder: str) -> str:
    """Send what a copy is made of into a folder of the repository; what PostgreSQL's program told."""
    told = _stream(installation, f"{folder}base.tar.gz.age")
    installation.repository.put_json(folder + FILES, _files(installation))
    return told


def _files(installation: Installation) -> list[str]:
    return sorted(name for name, _ in files.found_in(installation, {}))


def _stream(installation: Installation, name: str) -> str:
    """Send the server's copy into the repository; what the program told of it."""
    command, environment = installation.program(
        "pg_basebackup",
        *("--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast", "--gzip"),
        *("--verbose", "--no-password"),
    )
    complaints = installation.run / "basebackup.log"
    with complaints.open("w+", encoding="utf-8") as told:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=told)
        try:
            installation.repository.write(name, cast("IO[bytes]", process.stdout))  # type: ignore[arg-type]
        except BaseException:
            process.kill()
            raise
        finally:
            cast("IO[bytes]", process.stdout).close()
            failed = process.wait()
        told.seek(0)
        said = told.read()
    complaints.unlink()
    if failed:
        installation.repository.remove(name)
        raise ProgramFailed("pg_basebackup", said)
    return said


def _found(pattern: re.Pattern[str], told: str) -> tuple[str, ...]:
    found = pattern.search(told)
    if found is None:
        raise ProgramFailed("pg_basebackup", told)
    return found.groups()


def copies(repository: Repository) -> list[Copy]:
    """Every whole copy, oldest first."""
    return [
        Copy(**repository.get_json(each.name))
        for each in repository.kept(FOLDER)
        if each.name.endswith(RECORD)
    ]


def newest(repository: Repository, before: datetime | None = None) -> Copy:
    """The newest copy that can be brought to a moment.

    Raises:
        NoCopy: none was complete by then.
    """
    fit = [each for each in copies(repository) if before is None or each.ended_at <= before]
    if not fit:
        raise NoCopy(f"that was complete at {before.isoformat()}" if before else "yet")
    return fit[-1]


def extract(repository: Repository, copy: Copy, into: Path, owner: RunsAs) -> None:
    """Lay a copy out as a data folder of `owner`'s, and have PostgreSQL check every file of it against the manifest.

    Raises:
        CopyBroken: a file is missing, too much, or not as it was.
    """
    into.mkdir(mode=0o700, parents=True)
    archive = into / "base.tar.gz"  # where nobody else can look
    with archive.open("wb") as target:
        repository.read(f"{copy.folder}base.tar.gz.age", target)
    with tarfile.open(archive, "r:gz") as tar:
        tar.extractall(into, filter="data")
    archive.unlink()
    verify(copy, into)
    into.chmod(0o700)
    for path in (into, *into.rglob("*")):
        owner.give(path)


def verify(copy: Copy, folder: Path) -> None:
    """Have PostgreSQL check a laid-out copy against its manifest, and read the log that it needs."""
    command = [str(installed() / "bin" / "pg_verifybackup"), "--exit-on-error", "--quiet", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CopyBroken(copy.id, done.stderr)
