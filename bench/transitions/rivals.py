"""Others that take transitions, each a program: pgbench with our statement, DBOS Transact, django-viewflow."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self
from uuid import UUID

from bench.tools import Missing
from bench.transitions.ours import Miscounted, Thing, names, ordered, spelled, things
from deploy.local.bootstrap import libpq_call
from deploy.local.postgres import installed
from services.kit import transition
from tests.platform import environments

ENGINES = Path(__file__).parents[1] / "engines"
ENVIRONMENT = "peers"
THREADS = 2
"""Of pgbench: one for each processor."""
NEW = "uuidv7()"
"""pgbench makes no ids: the server does."""
ROW = "('00000000-0000-7000-8000-' || lpad((:client_id)::text, 12, '0'))::uuid"
OWN = {
    "seen_id": ROW,
    "told_subject_id": ROW,
    "told_id": NEW,
    "audited_id": NEW,
    "published_id": NEW,
    "seen_version": ":version",
    "set_version": "(:version + 1)",
}
"""What differs from one transition of a writer to the next."""
RESET = "update thing set state = 'RED', version = 1 where version <> 1 and id < '00000001-0000-0000-0000-000000000000'"
"""Each run of pgbench begins where its writers' rows did; those of others are left alone."""


COUNT = "select count(*) from history"


class RivalMissing(Missing):
    """It cannot be installed here, or does not start."""


class RivalFailed(RuntimeError):
    """It ended with an error."""


class Pgbench:
    """PostgreSQL's own bench, which is written in C and runs our statement prepared, with our values: alone, or between two others."""

    def __init__(self, url: str, folder: Path, *, between: tuple[str, str] = ("", "")) -> None:
        self._place, self._secret = libpq_call(url)
        self._script = folder / f"transition{'-'.join(between)}.sql"
        self._script.write_text(_script(*between), encoding="utf-8")

    async def rate(self, writers: int, seconds: float) -> float:
        """Transitions a second.

        Raises:
            RivalFailed: it ended with an error, or says nothing of what it did.
            Miscounted: a statement of its found nothing to move; it counts that too.
        """
        await self._run("psql", "-qc", RESET, self._place)
        before = await self._steps()
        threads = str(min(writers, THREADS))
        command = ["-n", "-M", "prepared", "-c", str(writers), "-j", threads, "-T", str(round(seconds))]
        told = await self._run("pgbench", *command, "-D", "version=1", "-f", str(self._script), self._place)
        counted, rate = re.search(r"actually processed: (\d+)", told), re.search(r"tps = ([\d.]+)", told)
        if counted is None or rate is None:
            raise RivalFailed(f"pgbench: {told.strip()}")
        if (taken := await self._steps() - before) != int(counted[1]):
            raise Miscounted(f"pgbench tells of {counted[1]} transitions, and {taken} have a history")
        return float(rate[1])

    async def _steps(self) -> int:
        """How many steps all histories have."""
        return int(await self._run("psql", "-Atqc", COUNT, self._place))

    async def _run(self, program: str, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            str(installed() / "bin" / program),
            *arguments,
            env=os.environ | self._secret,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await process.communicate()
        if process.returncode:
            raise RivalFailed(f"{program} ended with {process.returncode}: {told.decode().strip()}")
        return told.decode()


def pgbench_rows(writers: int) -> list[Thing]:
    """The things that pgbench's writers switch."""
    return [Thing(UUID(f"00000000-0000-7000-8000-{number:012d}")) for number in range(writers)]


def _script(before: str, after: str) -> str:
    """Both ways of the switch by turns; what stays the same is written into the statement."""
    thing = Thing()
    forth = _written(thing)
    thing.version = 2
    return "\n".join(
        (
            before,
            r"\if :version % 2",
            f"{forth};",
            r"\else",
            f"{_written(thing)};",
            r"\endif",
            after,
            r"\set version :version + 1",
        )
    )


def _written(thing: Thing) -> str:
    statement, values = transition.prepared(things, thing.move(), **thing.told())
    told = dict(zip(names(statement), ordered(statement, values), strict=True))
    spelt = [OWN.get(name) or _quoted(value) for name, value in told.items()]
    return re.sub(r"\$(\d+)", lambda found: spelt[int(found[1]) - 1], spelled(statement)).strip()


def _quoted(value: object) -> str:
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


class Engine:
    """One of `bench/engines`, in the environment that they have for themselves."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def started(cls, program: str, url: str) -> Self:
        """Start it on an empty database, and wait until it is ready."""
        if (home := environments.fetched(ENVIRONMENT)) is None:
            raise RivalMissing("pip cannot install here what requirements/peers.txt pins")
        process = await asyncio.create_subprocess_exec(
            *(str(home / "bin" / "python"), str(ENGINES / program), url),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=sys.stderr,
        )
        engine = cls(process)
        while (line := await engine._line()) != "ready":
            sys.stderr.write(f"{program}: {line}\n")
        return engine

    async def rate(self, way: str, writers: int, seconds: float) -> float:
        """Transitions a second."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{way} {writers} {seconds}\n".encode())
        return float(await self._line())

    async def stop(self) -> None:
        """End it."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def _line(self) -> str:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RivalMissing("it ended")
        return line.decode().strip()


@asynccontextmanager
async def engine(program: str, url: str) -> AsyncIterator[Engine]:
    """One of them, for as long as the block runs."""
    made = await Engine.started(program, url)
    try:
        yield made
    finally:
        await made.stop()
