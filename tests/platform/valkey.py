"""A Valkey, or Debian's Redis, as a process of the test: it keeps nothing on disk."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from deploy.local.processes import bound_to_us


class ValkeyServer:
    """A server that can be killed and started again; a test is skipped where neither is installed."""

    def __init__(self, folder: Path) -> None:
        self._program = shutil.which("valkey-server") or shutil.which("redis-server")
        if self._program is None:
            pytest.skip("neither Valkey nor Redis is installed here")
        self._socket = folder / "valkey.sock"
        self.url = f"unix://{self._socket}"
        self._folder = folder
        self._child: subprocess.Popen[bytes] | None = None

    def up(self) -> None:
        """Start it and wait until it takes connections."""
        given = ["--port", "0", "--unixsocket", str(self._socket), "--save", "", "--dir", str(self._folder)]
        assert self._program
        self._child = subprocess.Popen(
            [self._program, *given],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=bound_to_us(),  # noqa: PLW1509
        )
        for _ in range(600):
            with socket.socket(socket.AF_UNIX) as asking:
                if not asking.connect_ex(str(self._socket)):
                    return
            time.sleep(0.05)
        raise AssertionError("it does not listen")

    def kill(self) -> None:
        """End it as a crash would."""
        if self._child is not None:
            self._child.kill()
            self._child.wait(timeout=15)
            self._child = None
