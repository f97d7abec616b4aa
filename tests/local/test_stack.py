"""The whole platform as processes: it comes up, survives the loss of one, keeps its data, and goes down cleanly."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import asyncpg
import httpx
import pytest

from deploy.local.bootstrap import SERVICES
from deploy.local.keys import Keys
from deploy.local.layout import PROCESSES, PROJECT, RELAY
from deploy.local.postgres import free_port, port_free

pytestmark = pytest.mark.journey
LISTENING = [process for process in PROCESSES if process != RELAY]
START_SECONDS = 90


@pytest.fixture
async def http():
    """A plain client of the running processes."""
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
        yield client


async def _status(http, url):
    try:
        return (await http.get(url)).status_code
    except httpx.HTTPError:
        return None


async def test_every_process_is_ready(stack, http):
    """Each says so itself, and the relay lives."""
    assert [await _status(http, f"{stack.url(process)}/readyz") for process in LISTENING] == [200] * len(
        LISTENING
    )
    assert stack.children[RELAY].alive


@pytest.mark.parametrize("lost", SERVICES)
async def test_the_others_answer_while_one_is_dead(stack, http, lost):
    """A killed service takes nobody with it, and is ready again after its start."""
    await stack.kill(lost)
    left = [process for process in LISTENING if process != lost]
    assert [await _status(http, f"{stack.url(process)}/healthz") for process in left] == [200] * len(left)
    assert await _status(http, f"{stack.url(lost)}/healthz") is None
    await stack.start_again(lost)
    assert await _status(http, f"{stack.url(lost)}/readyz") == 200


def _six_free_ports() -> int:
    while True:
        base = free_port()
        if base < 60000 and all(port_free(base + step) for step in range(6)):
            return base


async def _make_run(folder, port):
    """Start what `make run` starts and return it once it shows its screen, with what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.local",
        "run",
        cwd=PROJECT,
        env=dict(os.environ) | {"RUN_DIR": str(folder), "PORT": str(port), "COLUMNS": "160"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = ""
    async with asyncio.timeout(START_SECONDS):
        while "ready after" not in said:
            line = (await process.stdout.readline()).decode()
            assert line, said
            said += line
    return process, said


async def _organisations(folder, port):
    password = Keys.kept_in(folder / "secrets.json").postgres_password
    connection = await asyncpg.connect(f"postgresql://postgres:{password}@127.0.0.1:{port + 5}/titles")
    found = await connection.fetch("SELECT id FROM accounts.organisation")
    await connection.close()
    return found


async def test_a_second_run_keeps_the_data(folder, http):
    """Stopped by Ctrl-C it ends with 0 and frees its ports; started again it holds what it held."""
    port = _six_free_ports()
    process, said = await _make_run(folder, port)
    assert f"http://127.0.0.1:{port}/graphql" in said
    assert await _status(http, f"http://127.0.0.1:{port}/healthz") == 200
    first = await _organisations(folder, port)
    assert len(first) == 1
    process.send_signal(signal.SIGINT)
    told, _ = await process.communicate()
    assert process.returncode == 0, told
    assert all(port_free(port + step) for step in range(6))
    process, _ = await _make_run(folder, port)
    assert await _organisations(folder, port) == first
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert process.returncode == 0
