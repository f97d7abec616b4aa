"""A NATS server as a process of the test, with JetStream in a folder that outlives a kill."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from deploy.local.postgres import free_port
from deploy.local.processes import bound_to_us


class NatsServer:
    """A broker that can be killed and started again with what it has kept."""

    def __init__(self, folder: Path, *options: str, user: str = "") -> None:
        self.port = free_port()
        self.url = f"nats://{user}127.0.0.1:{self.port}"
        self._folder = folder
        self._options = options or ("-js", "-sd", str(folder))
        self._child: subprocess.Popen[bytes] | None = None

    def up(self) -> None:
        """Start it and wait until it takes connections."""
        program = Path(sys.executable).with_name("nats-server")
        with (self._folder / "nats.log").open("ab") as log:
            self._child = subprocess.Popen(
                [str(program), "-a", "127.0.0.1", "-p", str(self.port), *self._options],
                stdout=log,
                stderr=log,
                preexec_fn=bound_to_us(),  # noqa: PLW1509
            )
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self._folder / "nats.log").read_text(encoding="utf-8"))

    def tell(self, by: signal.Signals) -> None:
        """Send it a signal."""
        assert self._child is not None
        self._child.send_signal(by)

    def kill(self) -> None:
        """End it as a crash would."""
        if self._child is not None:
            self._child.kill()
            self._child.wait(timeout=15)
            self._child = None
