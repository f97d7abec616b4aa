"""Child processes that never outlive us."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
STOP_SECONDS = 15
LOG_KEPT_BYTES = 20 << 20
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def bound_to_us(by: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """Return what a child runs before it executes, so that the kernel sends it `by` when we die (Linux only)."""
    us = os.getpid()

    def bind() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(PR_SET_PDEATHSIG, int(by))
        if os.getppid() != us:
            os.kill(os.getpid(), by)

    return bind


def call_us(name: str) -> None:
    """Let `ps` and `top` show the present process under `name` (Linux only, 15 letters)."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_NAME, name.encode())


def lives(pid: int) -> bool:
    """Say whether a process runs (Linux); one that ended and was not waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def private_log(file: Path) -> BinaryIO:
    """Open a log to append to; one made anew only its owner may read."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")


class Spawned(Protocol):
    """What can be done with a started process; `asyncio.subprocess.Process` is one."""

    @property
    def pid(self) -> int:
        """Its number."""
        ...

    @property
    def returncode(self) -> int | None:
        """Its exit code once it has ended."""
        ...

    async def wait(self) -> int:
        """Wait for its end."""
        ...

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        ...


class Spawner(Protocol):
    """Starts Python modules; see `deploy.local.births`."""

    async def spawn(
        self,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        output: Path,
        errors: Path,
    ) -> Spawned:
        """Start `module` with its output and errors appended to files."""
        ...


class Interpreters:
    """Starts an interpreter of its own for each module."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def spawn(
        self,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        output: Path,
        errors: Path,
    ) -> Spawned:
        """Start `module` with its output and errors appended to files."""
        with private_log(output) as out, private_log(errors) as err:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", module, *arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self._folder,
                env=environment,
                start_new_session=True,
                preexec_fn=bound_to_us(signal.SIGTERM),
            )


class Child:
    """One process of the platform, its log and its life."""

    def __init__(
        self, name: str, module: str, environment: Mapping[str, str], log: Path, spawner: Spawner
    ) -> None:
        self.name = name
        self.log = log
        self._module = module
        self._environment = environment
        self._spawner = spawner
        self._process: Spawned | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it lives."""
        return self._process.pid if self.alive and self._process else None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the process; its output goes to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        self._process = await self._spawner.spawn(self._module, [], self._environment, self.log, self.log)

    async def wait(self) -> int:
        """Wait for the process to end and return its exit code."""
        assert self._process is not None
        return await self._process.wait()

    async def stop(self) -> None:
        """Ask the process to end, and end it if it does not listen."""
        if self._process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End the process at once, as a crash would."""
        if self._process is None:
            return
        self._signal(signal.SIGKILL)
        await self._process.wait()

    def last_words(self) -> str:
        """Return the last line of the log that says something."""
        return last_line(self.log)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)


def last_line(file: Path) -> str:
    """Return the last line of `file` that says something."""
    with suppress(FileNotFoundError):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
    return "it said nothing"
