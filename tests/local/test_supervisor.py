"""Children are started again when they end, given up when it is hopeless, and never outlive their parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from deploy.local.births import Births
from deploy.local.processes import Child, Interpreters, lives
from deploy.local.supervisor import Supervisor

SLEEP = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture(params=[Births, Interpreters])
async def spawner(request, tmp_path):
    """Both ways to start a process: forked, or with an interpreter of its own."""
    made = request.param(tmp_path)
    yield made
    if isinstance(made, Births):
        await made.close()


@pytest.fixture
def child(tmp_path, spawner):
    """Make a child from the source of its module."""

    def make(source, name="quota", **environment):
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        return Child(name, name, dict(os.environ) | environment, tmp_path / f"{name}.log", spawner)

    return make


async def _until(condition, seconds=5.0):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_crashed_child_is_started_again(child):
    """One line says so, and another process does the work."""
    said = []
    quota = child(SLEEP)
    await quota.start()
    first = quota.pid
    supervisor = Supervisor(said.append, pause=0.01)
    supervisor.watch([quota])
    await quota.kill()
    await _until(lambda: quota.pid not in {None, first})
    assert "quota ended (killed by signal 9); starting it again" in said[0]
    await supervisor.release()
    await quota.stop()


async def test_a_child_that_keeps_failing_is_given_up(child):
    """The last line names what it said and where its log is."""
    said = []
    quota = child("import sys; print('no policy'); sys.exit(3)")
    await quota.start()
    supervisor = Supervisor(said.append, pause=0.01, attempts=2)
    supervisor.watch([quota])
    await _until(lambda: not supervisor.watches("quota"))
    assert len(said) == 3
    assert "exit code 3" in said[0]
    assert "stays down (no policy)" in said[-1]
    assert "quota.log" in said[-1]


async def test_a_released_child_is_stopped_for_good(child):
    """Stopping on purpose is not a crash."""
    said = []
    quota = child(SLEEP)
    await quota.start()
    supervisor = Supervisor(said.append, pause=0.01)
    supervisor.watch([quota])
    await supervisor.release()
    await quota.stop()
    await asyncio.sleep(0.05)
    assert not quota.alive
    assert said == []


async def test_a_child_that_does_not_listen_is_ended(child, monkeypatch):
    """After its time a stubborn process is killed."""
    monkeypatch.setattr("deploy.local.processes.STOP_SECONDS", 0.2)
    quota = child(STUBBORN)
    await quota.start()
    await _until(lambda: quota.last_words() == "up")
    await quota.stop()
    assert not quota.alive


async def test_a_child_is_as_if_started_by_itself(child):
    """Own environment, arguments, folder, session, output and unhandled errors, also when forked."""
    quota = child(
        "import os, sys\n"
        "print(__name__, os.environ['COLOUR'], 'HOME' in os.environ, len(sys.argv), os.getsid(0) == os.getpid())\n"
        "raise LookupError('no such post')",
        COLOUR="red",
    )
    await quota.start()
    assert await quota.wait() == 1
    assert quota.last_words() == "LookupError: no such post"
    assert (
        quota.log.read_text(encoding="utf-8").splitlines()[0] == f"__main__ red {'HOME' in os.environ} 1 True"
    )


async def test_forked_children_do_not_share_their_chance(child):
    """Identifiers, keys and nonces of two processes differ."""
    source = "import uuid_utils, random, secrets; print(uuid_utils.uuid7(), uuid_utils.uuid4(), random.random(), secrets.token_hex())"
    drawn = []
    for name in ("first", "second"):
        one = child(source, name)
        await one.start()
        assert await one.wait() == 0
        drawn += one.last_words().split()
    assert len(set(drawn)) == 8


async def test_a_dead_nursery_is_replaced(tmp_path):
    """Its children end with it, and the next order finds a new one."""
    (tmp_path / "quota.py").write_text(SLEEP, encoding="utf-8")
    births = Births(tmp_path)
    quota = Child("quota", "quota", os.environ, tmp_path / "quota.log", births)
    await quota.start()
    first = quota.pid
    os.kill(births.pid, signal.SIGKILL)
    await quota.wait()
    await _until(lambda: not lives(first))
    await quota.start()
    assert quota.alive
    await births.close()


@pytest.mark.parametrize("spawner", ["Births", "Interpreters"])
async def test_children_die_with_a_killed_parent(tmp_path, spawner):
    """The kernel ends them, so that no port stays taken after kill -9."""
    (tmp_path / "quota.py").write_text(SLEEP, encoding="utf-8")
    script = f"""
import asyncio, os
from pathlib import Path
from deploy.local.births import Births
from deploy.local.processes import Child, Interpreters
async def main():
    here = Path({str(tmp_path)!r})
    child = Child("quota", "quota", dict(os.environ), here / "quota.log", {spawner}(here))
    await child.start()
    print(child.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    await _until(lambda: not lives(pid))
