"""PgBouncer in transaction mode before a PostgreSQL: Debian's, which carries no prepared statements yet."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from deploy.local.bootstrap import SERVICES
from deploy.local.keys import Keys
from deploy.local.layout import Layout
from deploy.local.postgres import free_port
from deploy.local.unprivileged import identity

THROUGH = "DATABASE_THROUGH"
"""The variable that has the whole suite go through it, `DATABASE_THROUGH=pgbouncer make test`."""
NAME = "pgbouncer"
PID = "pgbouncer.pid"
SETTINGS = """
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = 20
max_client_conn = 5000
server_login_retry = 1
logfile = {log}
pidfile = {pid}
"""
START_SECONDS = 15


def asked_for() -> bool:
    """Whether the whole suite is to go through it; raises UsageError where it cannot: skipped tests would look as if they had passed."""
    told = os.environ.get(THROUGH, "")
    if told not in {"", NAME}:
        raise pytest.UsageError(f"{THROUGH} is {NAME} or nothing, not {told}")
    if told and shutil.which(NAME) is None:
        raise pytest.UsageError(f"{THROUGH}={told}, and PgBouncer is not installed here")
    return bool(told)


class PgBouncer:
    """A pooler that goes on without whoever started it, until it is stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pid = folder / PID

    def start(self, server: int, passwords: Mapping[str, str]) -> int:
        """Start it before the server on port `server`, for roles with `passwords`; its own port."""
        program = shutil.which(NAME)
        if program is None:
            pytest.skip("PgBouncer is not installed here")
        self._folder.mkdir(mode=0o700)
        users, settings, port = self._folder / "users", self._folder / "pgbouncer.ini", free_port()
        users.write_text(
            "".join(f'"{role}" "{each}"\n' for role, each in passwords.items()), encoding="utf-8"
        )
        named = {"server": server, "port": port, "users": users}
        settings.write_text(
            SETTINGS.format(**named, log=self._folder / "log", pid=self._pid), encoding="utf-8"
        )
        who = identity()
        for each in (self._folder, users, settings):
            who.give(each)
        subprocess.run([program, "-d", "-q", str(settings)], check=True, **who.popen())
        until = time.monotonic() + START_SECONDS
        while not self._pid.exists():
            assert time.monotonic() < until, (self._folder / "log").read_text(encoding="utf-8")
            time.sleep(0.05)
        return port

    def stop(self) -> None:
        """End it at once, if it runs."""
        with suppress(FileNotFoundError, ProcessLookupError, ValueError):
            os.kill(int(self._pid.read_text(encoding="utf-8")), signal.SIGTERM)


@dataclass(frozen=True)
class Pooled(Layout):
    """Every service goes through the pooler on port `pooler`, if there is one; the relay, which listens and keeps its sessions, does not."""

    pooler: int | None = None

    def environment(self, process: str, keys: Keys, admin_url: str) -> dict[str, str]:
        """What a process finds."""
        told = super().environment(process, keys, admin_url)
        if self.pooler is None or process not in SERVICES:
            return told
        direct = told["DATABASE_URL"]
        listening = {"LISTEN_DATABASE_URL": direct} if process == "notifications" else {}
        return told | listening | {"DATABASE_URL": through(direct, self.pooler)}


def through(url: str, port: int) -> str:
    """The URL by which a service reaches the same database through the pooler on `port`."""
    parts = urlsplit(url)
    place = f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{port}"
    return urlunsplit(parts._replace(netloc=place, query="prepared_statement_cache_size=0"))
