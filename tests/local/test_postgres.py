"""The embedded server starts, survives being killed, and says in one line why it does not start."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from deploy.local.failures import AlreadyRunning, FolderNotOurs, LocalFailure, PortTaken, PostgresNotStarted
from deploy.local.postgres import EmbeddedPostgres, free_port
from deploy.local.processes import lives
from deploy.local.unprivileged import RunsAs, binaries_for, folder_for, reachable

NOBODY = RunsAs(65534, 65534)


@pytest.fixture
def postgres(folder):
    """A server for one test over a data folder that the tests of this file share."""
    server = EmbeddedPostgres(folder / "postgres", free_port(), "a password")
    yield server
    server.stop()


async def _ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    answer = await connection.fetchval(question)
    await connection.close()
    return answer


async def test_it_listens_on_the_loopback_with_a_password(postgres):
    """TCP on 127.0.0.1 only, no socket, and no entry without the password."""
    postgres.start()
    assert await _ask(postgres.url(), "SHOW listen_addresses") == "127.0.0.1"
    assert await _ask(postgres.url(), "SHOW unix_socket_directories") == ""
    with pytest.raises(asyncpg.InvalidPasswordError):
        await _ask(postgres.url().replace("a password", "another"), "SELECT 1")


async def test_what_was_committed_survives_a_kill(postgres):
    """Killed and started again at once, three times over nothing is lost."""
    postgres.start()
    await _ask(postgres.url(), "DROP TABLE IF EXISTS kept")
    await _ask(postgres.url(), "CREATE TABLE kept (n int)")
    for count in range(3):
        await _ask(postgres.url(), "INSERT INTO kept VALUES (1)")
        postgres.process.kill()
        postgres.process.wait()
        postgres.start()
        assert await _ask(postgres.url(), "SELECT count(*) FROM kept") == count + 1


def test_its_log_is_private(postgres):
    """The log tells of rows that were refused, with what they held."""
    postgres.log.unlink(missing_ok=True)
    postgres.start()
    assert postgres.log.stat().st_mode & 0o077 == 0


def test_a_stale_pid_file_does_not_hurt(postgres):
    """A pid that belongs to another program by now is not taken for a running server."""
    postgres.start()
    postgres.stop()
    stale = f"{os.getpid()}\n{postgres.data}\n1\n{postgres.port}\n\n127.0.0.1\n 1 1\nready   \n"
    (postgres.data / "postmaster.pid").write_text(stale, encoding="utf-8")
    postgres.start()
    assert postgres.running()


def test_a_second_server_over_the_same_data_is_refused(postgres):
    """The line names the process that holds the data."""
    postgres.start()
    with pytest.raises(AlreadyRunning, match=str(postgres.process.pid)):
        EmbeddedPostgres(postgres.folder, free_port(), "a password").start()


def test_a_taken_port_is_named(postgres):
    """One line with the port and how to shift it."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", postgres.port))
        other.listen()
        with pytest.raises(PortTaken, match=rf"Port {postgres.port} .* make run PORT="):
            postgres.start()


def test_broken_data_give_the_servers_own_reason(folder, monkeypatch):
    """The last fatal line of the log is told, with the place of the log."""
    monkeypatch.setattr("deploy.local.postgres.ATTEMPTS", 1)
    broken = folder / "broken" / "data"
    broken.mkdir(parents=True, mode=0o700)
    (broken / "PG_VERSION").write_text("9.6\n", encoding="utf-8")
    server = EmbeddedPostgres(folder / "broken", free_port(), "a password")
    server.runs_as.give(broken)
    server.runs_as.give(broken / "PG_VERSION")
    with pytest.raises(PostgresNotStarted, match=r"configuration file .*see .*postgres.log"):
        server.start()


async def test_it_dies_with_whoever_started_it(folder):
    """Even after kill -9 of the parent no server stays behind."""
    port = free_port()
    script = (
        "import sys, time; from pathlib import Path; from deploy.local.postgres import EmbeddedPostgres;"
        f"p = EmbeddedPostgres(Path({str(folder / 'orphan')!r}), {port}, 'x', durable=False); p.start();"
        "print(p.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    async with asyncio.timeout(5):
        while lives(pid):
            await asyncio.sleep(0.05)


def test_a_folder_out_of_reach_is_replaced_by_a_reachable_one(tmp_path):
    """For root, whose home is closed, the data go to a folder named after the project's."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    chosen = folder_for(closed / "postgres", NOBODY)
    assert chosen.parent == Path("/var/tmp")  # noqa: S108 - where root's data go
    assert chosen == folder_for(closed / "postgres", NOBODY)
    chosen.rmdir()
    assert folder_for(closed / "postgres", RunsAs()) == closed / "postgres"


def test_a_folder_somebody_else_made_is_refused(tmp_path):
    """In a shared place a prepared folder or link could hand our data to a stranger."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    chosen = folder_for(closed / "postgres", NOBODY)
    chosen.rmdir()
    chosen.symlink_to(tmp_path)
    with pytest.raises(FolderNotOurs):
        folder_for(closed / "postgres", NOBODY)
    chosen.unlink()


def test_binaries_out_of_reach_are_copied(tmp_path, folder):
    """A virtual environment in a closed folder still gives a server."""
    install = tmp_path / "closed" / "pginstall"
    (install / "bin").mkdir(parents=True)
    (install / "bin" / "postgres").touch(mode=0o755)
    (tmp_path / "closed").chmod(0o700)
    copied = binaries_for(install, folder, NOBODY)
    assert copied.is_relative_to(folder)
    assert reachable(copied / "bin" / "postgres")
    assert binaries_for(install, folder, NOBODY) == copied
    assert binaries_for(install, folder, RunsAs()) == install


def test_every_failure_is_one_line():
    """Whatever is raised as expected can be printed as it is."""
    assert issubclass(PortTaken, LocalFailure)
    assert "\n" not in str(PortTaken(1, "quota"))
