"""What `make run` takes: seconds until the first answer, and memory of each process with nothing to do and under load."""

import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.page.load import Meter, Way, by_turns
from bench.page.province import PLAYED, READER, TIMEOUT_SECONDS, UNIT, places, play, stage_of
from bench.page.run import DOCUMENT
from bench.processes import Memory, family, memory, name_of, used
from deploy.local.bootstrap import SERVICES
from deploy.local.layout import GATEWAY, PROJECT, RELAY, Ports
from deploy.local.postgres import port_free

STARTS = 3
FIRST = {"query": "{ series { code name } }"}
"""A question that goes through the gateway to a service and its database."""
LOOK_SECONDS = 0.02
CALLERS, SECONDS, ROUNDS = 8, 4.0, 2
LAUNCHER, NURSERY = "make run itself", "what processes are forked from"
KNOWN = {name: name for name in (*SERVICES, RELAY, GATEWAY)} | {"postgres": "PostgreSQL"}
"""What processes call themselves, and how they are told."""
NOT_OURS = ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
"""What somebody's environment may hold that would make it another start: a server of their own, code compiled at each."""
BASES = range(20_000, 32_000, 6)
"""Below the ports from which connections go out."""
UNLIMITED = {name: str(10**9) for name in ("MAX_COST", "COST_BUCKET", "COST_PER_SECOND")}


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the command to the first answer and until all is ready, and of processors until then."""

    answered: float
    ready: float
    computed: float


@dataclass(frozen=True, slots=True)
class Footprint:
    """What was measured: starts with the data there, and each process's memory."""

    starts: tuple[Start, ...]
    idle: Mapping[str, Memory]
    loaded: Mapping[str, Memory]
    rate: float
    """Pages a second that the load came to."""

    def median(self, figure: str) -> float:
        """One of a start's figures, of the median start."""
        return float(statistics.median(getattr(each, figure) for each in self.starts))


@dataclass(frozen=True, slots=True)
class Running:
    """A platform that somebody has started, as a process of its own."""

    pid: int
    ports: Ports
    began: float

    @property
    def url(self) -> str:
        """Where questions are asked."""
        return f"{self.ports.url(GATEWAY)}/graphql"

    async def started(self) -> Start:
        """Wait for it."""
        async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT_SECONDS) as http:
            while not await self._answers(http):
                assert next(family(self.pid), None), "make run ended"
                await asyncio.sleep(LOOK_SECONDS)
            answered = time.perf_counter() - self.began
            for process in (*SERVICES, GATEWAY):
                while not await _fine(http, f"{self.ports.url(process)}/readyz"):
                    await asyncio.sleep(LOOK_SECONDS)
        return Start(answered, time.perf_counter() - self.began, used(self.pid))

    async def _answers(self, http: httpx.AsyncClient) -> bool:
        try:
            told = (await http.post(self.url, json=FIRST)).json()
        except (httpx.HTTPError, ValueError):
            return False
        return bool((told.get("data") or {}).get("series"))

    def memory(self) -> dict[str, Memory]:
        """Of each process; those of the database together."""
        found: dict[str, Memory] = {}
        for pid in family(self.pid):
            name = LAUNCHER if pid == self.pid else KNOWN.get(name_of(pid), NURSERY)
            found[name] = found.get(name, Memory()) + memory(pid)
        return found


async def run() -> Footprint:
    """Make the data, start thrice from them, and look at the last."""
    with tempfile.TemporaryDirectory(prefix="titles-bench-") as folder:
        os.chmod(folder, 0o711)  # noqa: PTH101, S103 - run by root, the server is another user
        async with platform(Path(folder)) as first:
            await first.started()
            declaration = await _play(first)
        starts = []
        for _ in range(STARTS - 1):
            async with platform(Path(folder)) as again:
                starts.append(await again.started())
        async with platform(Path(folder)) as last:
            starts.append(await last.started())
            await Meter({LAUNCHER: last.pid}).rests()
            idle = last.memory()
            rate = await _load(last, declaration)
            return Footprint(tuple(starts), idle, last.memory(), rate)


@asynccontextmanager
async def platform(folder: Path) -> AsyncIterator[Running]:
    """`make run` with the dependencies installed: the same command, in a folder of its own."""
    base = _base()
    told = os.environ | UNLIMITED | {"RUN_DIR": str(folder), "PORT": str(base), "LOG_LEVEL": "ERROR"}
    for name in NOT_OURS:
        told.pop(name, None)
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.local", "run"),
        cwd=PROJECT,
        env=told,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield Running(process.pid, Ports.from_base(base), began)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _fine(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).is_success
    except httpx.HTTPError:
        return False


def _base() -> int:
    """The first of six ports that are free."""
    return next(
        base for base in random.sample(BASES, len(BASES)) if all(map(port_free, range(base, base + 6)))
    )


async def _play(running: Running) -> str:
    """The season until a declaration is reviewed; its id."""
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
        stage = stage_of(running.url, client)
        await play(stage, PLAYED)
        return json.dumps({"id": stage.things["declaration"], **places(stage.organisations[UNIT])})


async def _load(running: Running, declaration: str) -> float:
    """Ask for the declaration's page, by several at a time; answers a second."""
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
        stage = stage_of(running.url, client)
        reader = await stage.sign_in(READER, READER)
    body = {
        "query": DOCUMENT.read_text(encoding="utf-8"),
        "operationName": "DeclarationPage",
        "variables": json.loads(declaration),
    }
    way = Way(
        "the page",
        running.url,
        [json.dumps(body).encode()],
        lambda: {"authorization": f"Bearer {reader.token}"},
    )
    meter = Meter({LAUNCHER: running.pid})
    taken = await by_turns([way], meter, callers=CALLERS, seconds=SECONDS, rounds=ROUNDS)
    assert taken[way.name].failed == 0, "a page could not be told"
    return taken[way.name].rate
