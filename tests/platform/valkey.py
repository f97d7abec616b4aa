"""A Valkey, or Debian's Redis, as a process of the test: it keeps nothing on disk."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from deploy.local.postgres import free_port
from deploy.local.processes import bound_to_us


class ValkeyServer:
    """A server that can be killed and started again; a test is skipped where neither is installed."""

    def __init__(self, folder: Path) -> None:
        self._program = shutil.which("valkey-server") or shutil.which("redis-server")
        if self._program is None:
            pytest.skip("neither Valkey nor Redis is installed here")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self._folder = folder
        self._child: subprocess.Popen[bytes] | None = None

    def up(self) -> None:
        """Start it and wait until it takes connections."""
        given = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        assert self._program
        self._child = subprocess.Popen(
            [self._program, *given],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=bound_to_us(),  # noqa: PLW1509
        )
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("it does not listen")

    def kill(self) -> None:
        """End it as a crash would."""
        if self._child is not None:
            self._child.kill()
            self._child.wait(timeout=15)
            self._child = None
