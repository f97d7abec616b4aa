"""Children are started again when they end, given up when it is hopeless, and never outlive their parent."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest

from deploy.local.processes import Child, lives
from deploy.local.supervisor import Supervisor

SLEEP = ["-c", "import time; time.sleep(60)"]
STUBBORN = [
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


@pytest.fixture
def child(tmp_path):
    """Make a child from Python arguments."""
    return lambda arguments, name="quota": Child(
        name, arguments, dict(os.environ), tmp_path, tmp_path / f"{name}.log"
    )


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
    quota = child(["-c", "import sys; print('no policy'); sys.exit(3)"])
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


async def test_children_die_with_a_killed_parent(tmp_path):
    """The kernel ends them, so that no port stays taken after kill -9."""
    script = f"""
import asyncio, os
from pathlib import Path
from deploy.local.processes import Child
async def main():
    child = Child("quota", {SLEEP!r}, dict(os.environ), Path({str(tmp_path)!r}), Path({str(tmp_path)!r}) / "quota.log")
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
