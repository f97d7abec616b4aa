"""Our side of the nursery: order a process, know its pid, wait for its end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

from deploy.local.processes import Spawned, bound_to_us

PROJECT = Path(__file__).parents[2]
NURSERY = "deploy.local.nursery"
LINE_LIMIT = 1 << 20
KILLED = -int(signal.SIGKILL)


class Born:
    """A process forked by the nursery; the part of asyncio's `Process` that a `Child` needs."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = asyncio.Event()

    def end(self, code: int) -> None:
        """Note that the process ended."""
        if self.returncode is None:
            self.returncode = code
            self._ended.set()

    async def wait(self) -> int:
        """Wait for the end and return the exit code."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)


class Births:
    """Keeps a nursery at hand; one that died is replaced at the next order."""

    def __init__(self, folder: Path, nursery: str = NURSERY) -> None:
        self._folder = folder
        self._module = nursery
        self._nursery: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._orders: dict[int, asyncio.Future[Born]] = {}
        self._living: dict[int, Born] = {}
        self._numbers = count(1)
        self._opening = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process id of the nursery, once it was started."""
        return self._nursery.pid if self._nursery else None

    async def open(self) -> None:
        """Start the nursery; it imports while others work."""
        async with self._opening:
            if self._nursery is not None and self._nursery.returncode is None:
                return
            self._nursery = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self._module),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=PROJECT,
                limit=LINE_LIMIT,
                start_new_session=True,
                preexec_fn=bound_to_us(signal.SIGTERM),
            )
            self._listening = asyncio.create_task(self._listen(self._nursery))

    async def spawn(
        self,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        output: Path,
        errors: Path,
    ) -> Spawned:
        """Have a process born that runs `module`."""
        await self.open()
        assert self._nursery is not None
        assert self._nursery.stdin is not None
        number = next(self._numbers)
        self._orders[number] = asyncio.get_running_loop().create_future()
        order = {
            "order": number,
            "module": module,
            "arguments": list(arguments),
            "environment": dict(environment),
            "folder": str(self._folder),
            "output": str(output),
            "errors": str(errors),
        }
        self._nursery.stdin.write(json.dumps(order).encode() + b"\n")
        return await self._orders[number]

    async def close(self) -> None:
        """End the nursery; whatever still lives in it ends too."""
        if self._nursery is None or self._nursery.stdin is None:
            return
        self._nursery.stdin.close()
        with suppress(ProcessLookupError):
            self._nursery.terminate()
        await self._nursery.wait()
        if self._listening is not None:
            await self._listening

    async def _listen(self, nursery: asyncio.subprocess.Process) -> None:
        assert nursery.stdout is not None
        while line := await nursery.stdout.readline():
            news = json.loads(line)
            if "order" in news:
                born = self._living[news["pid"]] = Born(news["pid"])
                self._orders.pop(news["order"]).set_result(born)
            else:
                self._living.pop(news["pid"]).end(news["code"])
        await nursery.wait()
        for born in self._living.values():
            born.end(KILLED)
        self._living.clear()
        for order in self._orders.values():
            if not order.done():  # who gave it up does not wait for it
                order.set_exception(ProcessLookupError("the nursery died"))
        self._orders.clear()
