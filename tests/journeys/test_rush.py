"""More at once than a gateway can answer in time: they are sent away, come again, and everything is done once."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from demo.scenes import province
from demo.stage import Stage
from deploy.local.births import Births
from deploy.local.bootstrap import create_database, drop_database
from deploy.local.keys import Keys
from deploy.local.layout import GATEWAY, Layout, Ports
from deploy.local.stack import Stack, running
from tests.platform.server import TEMPLATE, TestServer

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("rush")]
PLACES, AT_ONCE = 3, 30
CREATE = """
mutation($input: CreateStaffAccountInput!) { createStaffAccount(input: $input) { account { id login } errors { code } } }
"""
PATIENCE = 120


class Narrow(Layout):
    """An installation whose gateway works on few requests at once."""

    def environment(self, process: str, keys: Keys, admin_url: str) -> dict[str, str]:
        """As everywhere, and few places."""
        few = {"MAX_AT_WORK": str(PLACES)} if process == GATEWAY else {}
        return super().environment(process, keys, admin_url) | few


@pytest.fixture(scope="module")
async def stack(
    test_server: TestServer, tmp_path_factory: pytest.TempPathFactory, births: Births
) -> AsyncIterator[Stack]:
    """Every process of the platform."""
    name = f"titles_stack_{os.urandom(4).hex()}"
    await create_database(test_server.admin_url, name, TEMPLATE)
    keys = Keys.generate().model_copy(update={"role_passwords": test_server.passwords})
    layout = Narrow(
        tmp_path_factory.mktemp("stack"), Ports.free(), test_server.admin(name), second_factor=False
    )
    async with running(layout, keys=keys, spawner=births) as processes:
        yield processes
    await drop_database(test_server.admin_url, name)


async def test_who_is_sent_away_comes_again_and_all_is_done_once(stage: Stage, stack: Stack) -> None:
    """Thirty accounts at once through three places: 503 with code and time, probes in the midst, in the end each account once."""
    await province.play(stage)
    http, url = stage.gateway.client, stack.url("gateway")
    heard: Counter[int] = Counter()

    async def create(number: int) -> str:
        given: dict[str, Any] = {
            "organisationId": stage.organisations["province"],
            "name": "张工",
            "login": f"rush{number}",
            "roles": ["EXPERT"],
        }
        headers = {
            "authorization": f"Bearer {stage.cast['province'].token}",
            "idempotency-key": f"rush-{number}",
        }
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await http.post(
                    f"{url}/graphql", json={"query": CREATE, "variables": {"input": given}}, headers=headers
                )
                heard[answer.status_code] += 1
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    told = answer.json()["data"]["createStaffAccount"]
                    assert told["errors"] == []
                    return str(told["account"]["id"])
                assert answer.json()["errors"][0]["extensions"]["code"] == "TOO_BUSY"
                await asyncio.sleep(int(answer.headers["retry-after"]) / 4)

    coming = asyncio.gather(*(create(number) for number in range(AT_ONCE)))
    while not coming.done():
        assert (await http.get(f"{url}/healthz")).status_code == 200
        assert (await http.get(f"{url}/readyz")).json()["status"] == "ready"
        await asyncio.sleep(0.1)
    assert len(set(await coming)) == AT_ONCE
    assert set(heard) == {200, 503}
    assert heard[200] == AT_ONCE
    assert (await stage.ask("province", "{ me { login } }"))["me"]["login"]
