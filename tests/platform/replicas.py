"""Two processes of each part behind a balancer, HAProxy, and before a pooler: HAProxy asks each whether it is ready, as Kubernetes does.

Between the parts it passes connections on, and leaves those that are open where they are; in front of the gateway it
passes requests on. It never tries again what failed: whoever calls hears of it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from deploy.local.births import Births
from deploy.local.bootstrap import SERVICES
from deploy.local.keys import Keys
from deploy.local.layout import FILES, GATEWAY, PROCESSES, Ports, module_of
from deploy.local.processes import Child, Interpreters, Spawned, bound_to_us
from deploy.local.stack import PREPARING, Stack, running
from tests.platform.pgbouncer import NAME as POOLER
from tests.platform.pgbouncer import PgBouncer, Pooled
from tests.platform.server import TestServer

REPLICAS = "REPLICAS"
"""The variable that has a `stack` consist of two of each process, `REPLICAS=2 pytest FILE`."""
HAPROXY = "haproxy"
LOOK_SECONDS = 0.1
BALANCED = (*SERVICES, GATEWAY)
BEGINNING = """
global
    stats socket {socket} level admin
defaults
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout check 20s
    retries 0
    option httpchk GET /readyz
    http-check expect status 200
    default-server check inter 200ms fall 2 rise 1
"""
PART = """
listen {process}
    mode {mode}
    bind 127.0.0.1:{port}
    balance roundrobin
"""


def asked_for() -> bool:
    """Whether a `stack` is to have two of each; raises UsageError where it cannot: skipped tests would look as if they had passed."""
    told = os.environ.get(REPLICAS, "")
    if told not in {"", "2"}:
        raise pytest.UsageError(f"{REPLICAS} is 2 or nothing, not {told}")
    missing = [each for each in (HAPROXY, POOLER) if shutil.which(each) is None]
    if told and missing:
        raise pytest.UsageError(f"{REPLICAS}={told}, and {' and '.join(missing)} cannot be found here")
    return bool(told)


@dataclass(frozen=True)
class Behind(Pooled):
    """One replica of each part: it listens on `ports`, reaches others where the balancer does, and keeps files beside itself."""

    balancer: Ports | None = None
    drain_seconds: float = 0.0

    def environment(self, process: str, keys: Keys, admin_url: str) -> dict[str, str]:
        """What a replica finds: a client may ask for as much as it likes, and one replica has the other's files."""
        assert self.balancer
        told = {f"{each.upper()}_URL": self.balancer.url(each) for each in BALANCED}
        told["PUBLIC_URL"] = told["GATEWAY_URL"]
        if process in FILES:
            told["STORAGE_URL"] = (self.run.parent / FILES[process]).resolve().as_uri()
        limits = dict.fromkeys(("MAX_COST", "COST_BUCKET", "COST_PER_SECOND"), "1000000000")
        return (
            super().environment(process, keys, admin_url)
            | told
            | limits
            | {"DRAIN_SECONDS": str(self.drain_seconds)}
        )


class Balancer:
    """HAProxy as a process of the test."""

    def __init__(self, folder: Path, ports: Ports, replicas: list[Ports]) -> None:
        program = shutil.which(HAPROXY)
        if program is None:
            pytest.skip("HAProxy is not installed here")
        self._program = program
        self._socket = folder / "haproxy.sock"
        self._file = folder / "haproxy.cfg"
        self._file.write_text(self._configuration(ports, replicas), encoding="utf-8")
        self._child: subprocess.Popen[bytes] | None = None

    def up(self) -> None:
        """Start it; whom it finds ready it tells by and by."""
        command = [self._program, "-db", "-q", "-f", str(self._file)]
        self._child = subprocess.Popen(command, preexec_fn=bound_to_us())  # noqa: PLW1509

    @property
    def pid(self) -> int:
        """Its process, once it is up."""
        assert self._child is not None
        return self._child.pid

    def down(self) -> None:
        """End it."""
        if self._child is not None:
            self._child.kill()
            self._child.wait(timeout=15)

    async def ready(self, expected: int) -> None:
        """Wait until so many replicas of every part take what it passes on."""
        async with asyncio.timeout(60):
            while not self._socket.exists():  # it has only just been started
                await asyncio.sleep(LOOK_SECONDS)
            while {each: await self._standing(each) for each in BALANCED} != dict.fromkeys(
                BALANCED, expected
            ):
                await asyncio.sleep(LOOK_SECONDS)

    async def leave_out(self, replica: int) -> None:
        """Pass nothing on to one replica any more, and end what is open to it; nobody may be asking."""
        for each in BALANCED:
            await self._tell(f"set server {each}/replica{replica} state maint")
            await self._tell(f"shutdown sessions server {each}/replica{replica}")

    async def take_in(self, replica: int) -> None:
        """Pass on to a replica again that was left out."""
        for each in BALANCED:
            await self._tell(f"set server {each}/replica{replica} state ready")

    async def _standing(self, process: str) -> int:
        lines = (await self._tell("show stat")).splitlines()
        servers = (line.split(",") for line in lines if line.startswith(f"{process},replica"))
        return sum(each[17] == "UP" for each in servers)

    async def _tell(self, command: str) -> str:
        """What it answers to a command of its runtime API."""
        reader, writer = await asyncio.open_unix_connection(self._socket)
        writer.write(f"{command}\n".encode())
        told = (await reader.read()).decode()
        writer.close()
        return told

    def _configuration(self, ports: Ports, replicas: list[Ports]) -> str:
        parts = [BEGINNING.format(socket=self._socket)]
        for process in BALANCED:
            mode = "http" if process == GATEWAY else "tcp"
            parts.append(PART.format(process=process, mode=mode, port=ports.of(process)))
            parts += [
                f"    server replica{number} 127.0.0.1:{each.of(process)}\n"
                for number, each in enumerate(replicas)
            ]
        return "".join(parts)


@dataclass(frozen=True)
class Replicas:
    """Two of each part, and where they are reached."""

    both: tuple[Stack, Stack]
    ports: Ports
    balancer: Balancer
    births: Births

    def url(self, process: str) -> str:
        """The balancer's address for a part."""
        return self.ports.url(process)

    async def replace(self, which: Stack, process: str) -> int:
        """Tell a replica to stop, wait for its end and start the next, of this code; how it ended."""
        child = which.children[process]
        await child.stop()
        code = await child.wait()
        url = which.layout.database_url
        assert url is not None
        environment = which.layout.environment(process, which.keys, url)
        which.children[process] = Child(process, module_of(process), environment, child.log, self.births)
        await which.start_again(process)
        return code

    async def roll(self) -> list[int]:
        """Replace one replica of every part, and when all are back the other; how they ended."""
        ended: list[int] = []
        for each in self.both:
            ended += await asyncio.gather(*(self.replace(each, process) for process in PROCESSES))
            await self.balancer.ready(2)
        return ended


class Before(Interpreters):
    """Starts processes of the release before, on the schema of this one: who makes that is of this release, too."""

    def __init__(self, folder: Path, births: Births) -> None:
        super().__init__(folder)
        self._births = births

    async def spawn(
        self,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        output: Path,
        errors: Path,
    ) -> Spawned:
        """Start `module` of the release before, unless it makes the schema."""
        spawn = self._births.spawn if module == PREPARING else super().spawn
        return await spawn(module, arguments, environment, output, errors)


class InFront(Stack):
    """The first of two replicas as a test knows a stack; whoever asks a part is passed on to either."""

    def __init__(self, replicas: Replicas) -> None:
        first = replicas.both[0]
        super().__init__(first.layout, keys=first.keys, restart=False, spawner=replicas.births)
        self.keys, self.children = first.keys, first.children
        self._replicas = replicas

    async def ready(self, process: str) -> None:
        """Wait until the first says so itself: behind the balancer the second would answer for it."""
        await self._replicas.both[0].ready(process)

    def url(self, process: str) -> str:
        """The balancer's address for a part."""
        return self._replicas.url(process)


@asynccontextmanager
async def replicas(
    folder: Path,
    server: TestServer,
    database: str,
    births: Births,
    *,
    before: Path | None = None,
    drain_seconds: float = 0.0,
    second_factor: bool = True,
) -> AsyncIterator[Replicas]:
    """Two of each part on free ports and one database, with the code that lies in `before`, or this code.

    One reaches the database through PgBouncer, the other does not, and keeps statements prepared.
    """
    pooler = PgBouncer(server.folder / f"pooler-{database}")
    layout = Behind(
        run=folder,
        ports=Ports.free(),
        database_url=server.admin(database),
        pooler=pooler.start(server.port, server.passwords),
        second_factor=second_factor,
        drain_seconds=drain_seconds,
    )
    keys = Keys.generate().model_copy(update={"role_passwords": server.passwords})
    try:
        async with doubled(layout, keys, births, before=before) as running:
            yield running
    finally:
        pooler.stop()


@asynccontextmanager
async def doubled(
    layout: Behind, keys: Keys, births: Births, *, before: Path | None = None
) -> AsyncIterator[Replicas]:
    """Two of each part of a layout, in folders and on ports of their own; its ports are the balancer's, its pooler the second's."""
    layout.run.mkdir(parents=True, exist_ok=True)
    own = [Ports.free(), Ports.free()]
    balancer = Balancer(layout.run, layout.ports, own)
    spawner = births if before is None else Before(before, births)
    started = []
    async with AsyncExitStack() as stack:
        balancer.up()
        stack.callback(balancer.down)
        for number, ports in enumerate(own):
            replica = replace(
                layout,
                run=layout.run / str(number),
                ports=ports,
                pooler=layout.pooler if number else None,
                balancer=layout.ports,
            )
            one = await stack.enter_async_context(running(replica, keys=keys, spawner=spawner))
            stack.push_async_callback(_killed, one)
            started.append(one)
        await balancer.ready(2)
        yield Replicas((started[0], started[1]), layout.ports, balancer, births)


async def _killed(stack: Stack) -> None:
    """End at once: nobody is left to wait for."""
    for process in PROCESSES:
        await stack.kill(process)


def as_told(code: int) -> bool:
    """Whether a process ended as it was told to, rather than broke down or was killed."""
    return code in {0, -signal.SIGTERM}
