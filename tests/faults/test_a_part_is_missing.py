"""With any one service killed the others keep answering, and the gateway says which part is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from demo.api import Gateway
from demo.keyring import Keyring
from demo.stage import OPERATOR, PASSWORD
from deploy.local.bootstrap import SERVICES
from deploy.local.stack import Stack

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("missing"), pytest.mark.timeout(180)]
FIELDS = {
    "accounts": "guides { cycle }",
    "workflow": "series { code }",
    "quota": "ratioRows { title }",
    "notifications": "unreadMessages",
}
EVERYTHING = f"{{ {' '.join(FIELDS.values())} }}"


@pytest.fixture(scope="module")
async def http(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the gateway, signed in."""
    async with httpx.AsyncClient(base_url=stack.url("gateway"), timeout=30, trust_env=False) as client:
        token = await Keyring().sign_in(Gateway("/graphql", client), OPERATOR, PASSWORD)
        client.headers["authorization"] = f"Bearer {token}"
        yield client


async def ask(http: httpx.AsyncClient) -> tuple[dict[str, bool], set[Any]]:
    """Which parts answered one query over all of them, and which the errors name as missing."""
    answer = (await http.post("/graphql", json={"query": EVERYTHING})).json()
    assert answer["data"] is not None, answer
    names = {part: field.split()[0] for part, field in FIELDS.items()}
    answered = {part: answer["data"][name] is not None for part, name in names.items()}
    return answered, {error["extensions"].get("part") for error in answer.get("errors", ())}


@pytest.mark.parametrize("killed", SERVICES)
async def test_the_others_answer_and_the_missing_part_is_named(http, stack, killed):
    """One query over all four parts answers three of them; after the restart it answers all four again."""
    assert await ask(http) == (dict.fromkeys(SERVICES, True), set())
    await stack.kill(killed)
    try:
        answered, missing = await ask(http)
    finally:
        await stack.start_again(killed)
    assert answered == {part: part != killed for part in SERVICES}
    assert missing == {killed}
    assert await ask(http) == (dict.fromkeys(SERVICES, True), set())
