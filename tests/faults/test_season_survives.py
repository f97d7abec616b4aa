"""Every process is killed once while the season plays; nothing is lost and nothing happens twice."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx
import pytest

from demo import season
from demo.api import Gateway
from demo.identities import Identities
from demo.scenes import posts
from demo.stage import Stage
from deploy.local.layout import PROCESSES
from deploy.local.stack import Stack

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("survives"), pytest.mark.timeout(400)]
DOWN_SECONDS = 1.0
KILL_IN_SCENE = {"accounts": 2, "notifications": 3, "gateway": 4, "quota": 5, "workflow": 6, "relay": 7}
INBOX = "{ inbox(first: 100, unread: false) { edges { node { title subject at } } } }"


async def kill_each_once(stack: Stack, stage: Stage) -> list[str]:
    """Kill every process in the midst of its scene, and start it again a second later."""
    killed = []
    for process in sorted(PROCESSES, key=KILL_IN_SCENE.__getitem__):
        while stage.scene < KILL_IN_SCENE[process]:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.2)
        await stack.kill(process)
        killed.append(process)
        await asyncio.sleep(DOWN_SECONDS)
        await stack.start_again(process)
    return killed


async def before_each(_number: int, _scene: season.Scene) -> None:
    """Nothing to show."""


@pytest.mark.clause("2.2")
async def test_killing_each_process_loses_and_doubles_nothing(stack):
    """The season ends as it does without faults: one post taken, one declaration, one certificate, each message once."""
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        gateway = Gateway(f"{stack.url('gateway')}/graphql", client)
        stage = Stage(gateway, "000002", lambda _: None, Identities("faults"))
        reaper = asyncio.create_task(kill_each_once(stack, stage))
        try:
            await season.play(stage, before_each=before_each)
            assert sorted(await asyncio.wait_for(reaper, 60)) == sorted(PROCESSES)
        finally:
            reaper.cancel()
        await assert_once(stage)


async def assert_once(stage: Stage) -> None:
    """Ask the platform what is there, and how often."""
    assert await posts.places(stage) == 0
    found = await stage.ask(
        "first",
        """{ declarations(first: 10, awaitingMe: false) { edges { node { state history { action } } } }
             certificates(first: 10) { edges { node { number } } } }""",
    )
    declarations = [edge["node"] for edge in found["declarations"]["edges"]]
    assert [each["state"] for each in declarations] == ["CERTIFIED"]
    steps = Counter(entry["action"] for entry in declarations[0]["history"])
    assert (steps["SUBMIT"], steps["SEND_BACK"], steps["ACCEPT"], steps["FILE"]) == (2, 2, 1, 1)
    assert [edge["node"]["number"] for edge in found["certificates"]["edges"]] == [
        stage.things["certificate"]
    ]
    for part in ("first", "hospital", "department", "health"):
        edges = (await stage.ask(part, INBOX))["inbox"]["edges"]
        told = Counter((e["node"]["title"], e["node"]["subject"], e["node"]["at"]) for e in edges)
        assert set(told.values()) == {1}, f"{part} heard something twice, or nothing"
