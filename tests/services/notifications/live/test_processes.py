"""Real processes: two replicas of the service, a gateway before them; one replica is killed, the other is told to stop."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import httpx
import pytest
from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport

from deploy.local.births import Births
from deploy.local.processes import Spawned
from tests.platform.serving import served
from tests.platform.settings import key
from tests.platform.tokens import bearer
from tests.services.notifications.live.conftest import Accounts, Listener

SUBSCRIBE = """subscription($after: String) {
  inboxChanges(after: $after) { kind cursor unread readId message { id title } }
}"""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Process:
    """A process of ours."""

    module: str
    settings: dict[str, str]
    births: Births
    log: Path
    port: int = field(default_factory=free_port)
    child: Spawned = field(init=False)

    async def __aenter__(self) -> Self:
        env = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
        env |= self.settings | {"PORT": str(self.port), "LOG_LEVEL": "WARNING"}
        self.child = await self.births.spawn(self.module, [], env, self.log, self.log)
        return self

    async def ready(self) -> None:
        """Until it answers."""
        async with httpx.AsyncClient(trust_env=False) as http:
            while True:
                assert self.child.returncode is None
                try:
                    await http.get(f"{self.url}/healthz")
                except httpx.HTTPError:
                    await asyncio.sleep(0.05)
                else:
                    return

    async def ended(self) -> int:
        """How it ended."""
        return await asyncio.wait_for(self.child.wait(), 15)

    async def __aexit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            self.child.send_signal(signal.SIGKILL)
        await self.ended()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"


class Balancer:
    """What stands before replicas: connections go to the first that takes them."""

    def __init__(self, *ports: int) -> None:
        self.ports = ports

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Where it listens."""
        server = await asyncio.start_server(self._forward, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for port in self.ports:
            try:
                there, back = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                continue
            await asyncio.gather(_pipe(reader, back), _pipe(there, writer), return_exceptions=True)
            return
        writer.close()


async def _pipe(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while piece := await source.read(65536):
            target.write(piece)
            await target.drain()
    finally:
        target.close()


@pytest.fixture
async def platform(
    database_url: Any, direct_url: Any, births: Births, tmp_path: Path
) -> AsyncIterator[dict[str, Any]]:
    """Two replicas, a gateway before them, and accounts as a fake that knows the keys."""
    async with AsyncExitStack() as stack:
        accounts = await stack.enter_async_context(served(Accounts().app))
        url = database_url("notifications").replace("+asyncpg", "")
        settings = {
            "DATABASE_URL": url,
            "LISTEN_DATABASE_URL": direct_url("notifications"),
            "ACCOUNTS_URL": accounts,
            "FIELD_KEYS": json.dumps({"k1": key()}),
            "INDEX_KEY": key(),
        }
        log = tmp_path / "processes.log"
        one, two = [
            await stack.enter_async_context(Process("services.notifications", settings, births, log))
            for _ in range(2)
        ]
        balancer = await stack.enter_async_context(Balancer(one.port, two.port).running())
        parts = {"ACCOUNTS_URL": accounts, "NOTIFICATIONS_URL": balancer}
        gateway = await stack.enter_async_context(Process("gateway", parts, births, log))
        for each in (one, two, gateway):
            await each.ready()
        yield {"one": one, "two": two, "gateway": gateway}


class Subscription:
    """What somebody subscribes to at the gateway, with a client of somebody else's."""

    def __init__(self, session: Any) -> None:
        self._told = session.subscribe(gql(SUBSCRIBE))

    async def next(self, kind: str) -> dict[str, Any]:
        """The next change of a kind."""
        async with asyncio.timeout(20):
            async for each in self._told:
                if each["inboxChanges"]["kind"] == kind:
                    found: dict[str, Any] = each["inboxChanges"]
                    return found
        raise AssertionError(kind)


async def test_a_replica_is_killed_another_told_to_stop_and_nobody_misses_a_message(platform, token, send):
    """SSE goes on by `Last-Event-ID` at another replica; a subscription goes on by itself, and says goodbye politely."""
    one, two, gateway = platform["one"], platform["two"], platform["gateway"]
    person = uuid4()
    mine = token(person_id=person)
    wire = WebsocketsTransport(
        f"ws://127.0.0.1:{gateway.port}/graphql", init_payload={"authorization": f"Bearer {mine}"}
    )
    async with Client(transport=wire) as session:
        subscribed = Subscription(session)
        async with Listener(one.url, mine) as heard:
            await subscribed.next("READY")
            await heard.next("ready")
            await send(f"person/{person}")
            first = await heard.next("message")
            assert (await subscribed.next("MESSAGE"))["message"]["title"] == "标题"
            one.child.send_signal(signal.SIGKILL)
        await send(f"person/{person}")
        async with Listener(two.url, mine, headers={"last-event-id": first.id}) as heard:
            second = await heard.next("message")
            missed = await subscribed.next("MESSAGE")
            assert first.id != second.id == missed["cursor"]
            async with httpx.AsyncClient(base_url=two.url, headers=bearer(mine), trust_env=False) as http:
                await http.post(f"/v1/inbox/{second.json()['id']}/read")
            assert (await subscribed.next("READ"))["readId"] == missed["message"]["id"]
            two.child.send_signal(signal.SIGTERM)
            assert (await heard.rest())[-1].json() == {"reason": "RESTART"}
        assert await two.ended() in {0, -signal.SIGTERM}
        gateway.child.send_signal(signal.SIGTERM)
        assert await gateway.ended() in {0, -signal.SIGTERM}
