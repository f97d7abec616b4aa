"""Three servers of the broker with the settings that the component gives them: the stream outlives one of them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.local.layout import PROJECT
from deploy.local.postgres import free_port
from services.streaming.broker import BROKER_FAILURES, STREAM, Broker, event_subject
from tests.deploy.manifests import K8S
from tests.platform.nats import NatsServer

GIVEN = K8S / "components" / "nats" / "nats.conf"
PASSWORD = "n0123"


@pytest.fixture
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[NatsServer]]:
    """Three that know each other; ports and folders are this machine's, all else is the component's."""
    monkeypatch.setenv("PASSWORD", PASSWORD)
    ports = [free_port() for _ in range(3)]
    routes = ",".join(f"nats://127.0.0.1:{port}" for port in ports)
    started = []
    for number, port in enumerate(ports):
        folder = tmp_path / f"nats-{number}"
        folder.mkdir()
        monkeypatch.setenv("POD_NAME", folder.name)
        config = folder / "nats.conf"
        config.write_text(GIVEN.read_text(encoding="utf-8").replace("/data", str(folder)), encoding="utf-8")
        options = ["--config", config, "-m", free_port()]
        options += ["--cluster", f"nats://127.0.0.1:{port}", "--routes", routes]
        server = NatsServer(folder, *map(str, options), user=f"titles:{PASSWORD}@")
        started.append(server)
        server.up()
    yield started
    for server in started:
        server.kill()


async def test_the_stream_outlives_a_server(servers: list[NatsServer]):
    """Made with one copy by who came first, it has three after the command; killed, one takes nothing with it."""
    async with asyncio.timeout(100), Broker(servers[0].url, "test") as broker:
        stream = await broker.stream()
        await put(stream, "first")
        assert (await stream.stream_info(STREAM)).config.num_replicas == 1
        assert await told(servers[0].url, 3) == (0, "streaming: the stream is kept by 3 servers\n")
        assert (await stream.stream_info(STREAM)).config.num_replicas == 3
        servers[2].kill()
        await put(stream, "second")
        assert (await stream.stream_info(STREAM)).state.messages == 2


async def test_what_cannot_be_kept_is_told(nats: NatsServer):
    """One server keeps no three copies, and an address that is none is told at once."""
    async with Broker(nats.url, "test") as broker:
        await broker.stream()
    for url in (nats.url, "http://127.0.0.1"):
        code, said = await told(url, 3)
        assert (code, said.startswith("streaming: "), said.count("\n")) == (2, True, 1)


async def put(stream, type_: str) -> None:
    """Put an event; while the servers choose who leads, they are asked again, and know it if it came to them already."""
    id_ = uuid4()
    told = {"Nats-Msg-Id": str(id_)}
    while True:
        try:
            await stream.publish(event_subject("quota", type_, id_), b"{}", timeout=2, headers=told)
        except BROKER_FAILURES:
            await asyncio.sleep(0.1)
        else:
            return


async def told(url: str, copies: int) -> tuple[int, str]:
    """What the command says, and its exit code."""
    command = [sys.executable, "-m", "services.streaming", "--copies", str(copies)]
    run = await asyncio.create_subprocess_exec(
        *command, env={"NATS_URL": url}, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = await run.communicate()
    assert run.returncode is not None
    return run.returncode, said.decode()
