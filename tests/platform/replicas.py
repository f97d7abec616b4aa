"""Two processes of each part behind a balancer, HAProxy, and before a pooler: HAProxy asks each whether it is ready, as Kubernetes does.

Between the parts it passes connections on, and leaves those that are open where they are; in front of the gateway it
passes requests on. It never tries again what failed: whoever calls hears of it.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.births import Births
from deploy.local.bootstrap import SERVICES
from deploy.local.keys import Keys
from deploy.local.layout import GATEWAY, PROCESSES, Ports, module_of
from deploy.local.processes import Child, Interpreters, bound_to_us
from deploy.local.stack import Stack, running
from tests.platform.pgbouncer import PgBouncer, Pooled
from tests.platform.server import TestServer

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


@dataclass(frozen=True)
class Behind(Pooled):
    """One replica of each part: it listens on `ports`, and reaches others where the balancer does."""

    balancer: Ports | None = None
    drain_seconds: float = 0.0

    def environment(self, process: str, keys: Keys, admin_url: str) -> dict[str, str]:
        """What a replica finds: a client may ask for as much as it likes."""
        assert self.balancer
        told = {f"{each.upper()}_URL": self.balancer.url(each) for each in BALANCED}
        limits = {"COST_BUCKET": "1000000000", "COST_PER_SECOND": "1000000000"}
        return (
            super().environment(process, keys, admin_url)
            | told
            | limits
            | {"DRAIN_SECONDS": str(self.drain_seconds)}
        )


class Balancer:
    """HAProxy as a process of the test."""

    def __init__(self, folder: Path, ports: Ports, replicas: list[Ports]) -> None:
        program = shutil.which("haproxy")
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

    def down(self) -> None:
        """End it."""
        if self._child is not None:
            self._child.kill()
            self._child.wait(timeout=15)

    async def ready(self, expected: int) -> None:
        """Wait until so many replicas of every part take what it passes on."""
        async with asyncio.timeout(60):
            while {each: await self._standing(each) for each in BALANCED} != dict.fromkeys(
                BALANCED, expected
            ):
                await asyncio.sleep(LOOK_SECONDS)

    async def _standing(self, process: str) -> int:
        reader, writer = await asyncio.open_unix_connection(self._socket)
        writer.write(b"show stat\n")
        lines = (await reader.read()).decode().splitlines()
        writer.close()
        servers = (line.split(",") for line in lines if line.startswith(f"{process},replica"))
        return sum(each[17] == "UP" for each in servers)

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


@asynccontextmanager
async def replicas(
    folder: Path,
    server: TestServer,
    database: str,
    births: Births,
    *,
    before: Path | None,
    drain_seconds: float,
) -> AsyncIterator[Replicas]:
    """Two of each part on free ports and one database, with the code that lies in `before`, or this code.

    One reaches the database through PgBouncer, the other does not, and keeps statements prepared.
    """
    ports, own = Ports.free(), [Ports.free(), Ports.free()]
    keys = Keys.generate().model_copy(update={"role_passwords": server.passwords})
    balancer, pooler = Balancer(folder, ports, own), PgBouncer(server.folder / f"pooler-{database}")
    async with AsyncExitStack() as stack:
        stack.callback(pooler.stop)
        port = pooler.start(server.port, server.passwords)
        balancer.up()
        stack.callback(balancer.down)
        started = []
        for number, each in enumerate(own):
            layout = Behind(
                run=folder / str(number),
                ports=each,
                database_url=server.admin(database),
                pooler=port if number else None,
                balancer=ports,
                drain_seconds=drain_seconds,
            )
            spawner = births if before is None else Interpreters(before)
            one = await stack.enter_async_context(running(layout, keys=keys, spawner=spawner))
            stack.push_async_callback(_killed, one)
            started.append(one)
        await balancer.ready(2)
        yield Replicas((started[0], started[1]), ports, balancer, births)


async def _killed(stack: Stack) -> None:
    """End at once: nobody is left to wait for."""
    for process in PROCESSES:
        await stack.kill(process)


def as_told(code: int) -> bool:
    """Whether a process ended as it was told to, rather than broke down or was killed."""
    return code in {0, -signal.SIGTERM}
