"""The page at each size: as the gateway tells it, as the same bytes, as PostGraphile, and as a list of 1, 10 and 100."""

import json
import random
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from bench.page import growth, peers
from bench.page.load import Meter, Taken, Way, by_turns
from bench.page.province import TIMEOUT_SECONDS, Province, node, places, played
from deploy.local.bootstrap import SERVICES
from deploy.local.layout import GATEWAY, RELAY

DOCUMENT = Path(__file__).with_name("page.graphql")
SIZES = (1_000, 10_000, 100_000)
MILLION = 1_000_000
ITEMS = (1, 10, 100)
DIFFERENT = 500
"""So many declarations are asked for by turns, from all that are not of former years."""
CALLERS, SECONDS, ROUNDS = 4, 3.0, 4
PAGE, STILL, PEER = "the page", "the same bytes, unchanged", "PostGraphile"
PARTS = {GATEWAY: (GATEWAY,), "services": SERVICES, "database": ("PostgreSQL",)}
"""Who pays for an answer."""
PAID = {**PARTS, RELAY: (RELAY,)}
"""Who pays where something is written: the relay carries what that tells."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    sizes: Sequence[int] = SIZES
    items: Sequence[int] = ITEMS
    seconds: float = SECONDS
    rounds: int = ROUNDS
    callers: int = CALLERS


@dataclass(frozen=True, slots=True)
class Measured:
    """What was taken at one size, way by way; lists are named by how many items they tell of."""

    size: int
    taken: Mapping[str, Taken]

    def ratio(self, way: str, beside: str) -> float:
        """Answers a second of a way over those of another."""
        return self.taken[way].rate / self.taken[beside].rate

    def costs(self, way: str) -> list[float]:
        """Milliseconds of processors that an answer cost each of `PARTS` and the peer.

        What the platform uses with nothing to do is not in them: that is what it used while the still server was asked.
        """
        taken, still = self.taken[way], self.taken[STILL]
        idle = {part: still.paid[part] / still.metered for parts in PARTS.values() for part in parts}
        theirs = [peer for peer in (PEER, STILL) if way.startswith(peer)]
        return [taken.milliseconds(parts, idle) for parts in (*PARTS.values(), theirs)]


async def run(effort: Effort) -> AsyncIterator[Measured]:
    """Grow one province from size to size, and tell at each what was measured."""
    home = peers.installed()
    async with played() as province, AsyncExitStack() as stack:
        await province.grow(effort.sizes[0])
        await province.sign_in()
        rival = await stack.enter_async_context(
            peers.postgraphile(home, await province.open_to_peer(secrets.token_hex()))
        )
        answer = await told(province, single(province, growth.key(growth.DECLARATION, 1)))
        still = await stack.enter_async_context(peers.still(answer, province.stack.layout.run))
        for size in effort.sizes:
            yield await _measured(province, rival, still, size, effort)


async def _measured(
    province: Province, rival: peers.Peer, still: peers.Peer, size: int, effort: Effort
) -> Measured:
    await province.grow(size)
    await province.sign_in()  # a token is good for ten minutes
    parts = province.processes() | {PEER: rival.pid, STILL: still.pid}
    ways = _single(province, rival, still)
    for items in effort.items:
        ways += [_list(province, items), _list_of_peer(province, rival, items)]
    meter = Meter(parts)
    await meter.rests()
    taken = await by_turns(ways, meter, callers=effort.callers, seconds=effort.seconds, rounds=effort.rounds)
    return Measured(size, taken)


def listed(items: int, told_by: str = PAGE) -> str:
    """The name of a way that tells of so many at once."""
    return f"{told_by}, {items} in a list"


async def told(province: Province, body: bytes) -> bytes:
    """The gateway's answer to the reviewer, once."""
    headers = {"content-type": "application/json", **_bearer(province)()}
    async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT_SECONDS) as client:
        return (await client.post(province.url, content=body, headers=headers)).raise_for_status().content


def single(province: Province, declaration: UUID) -> bytes:
    """The question for one declaration's page."""
    return _ours(province, "DeclarationPage", id=node("Declaration", declaration))


def several(province: Province, items: int) -> bytes:
    """The question for a page of what waits, with as much of each."""
    return _ours(province, "WorklistPage", first=items)


def _single(province: Province, rival: peers.Peer, still: peers.Peer) -> list[Way]:
    """One declaration, another each time, in three ways."""
    top = min(province.size, growth.RECENT)
    numbers = [random.randint(1, top) for _ in range(DIFFERENT)]
    ids = [growth.key(growth.DECLARATION, number) for number in numbers]
    ours = [single(province, each) for each in ids]
    theirs = [_theirs(province, "DeclarationPage", id=str(each)) for each in ids]
    return [
        Way(STILL, still.url, ours, _bearer(province)),
        Way(PAGE, province.url, ours, _bearer(province)),
        Way(PEER, rival.url, theirs, dict),
    ]


def _list(province: Province, items: int) -> Way:
    return Way(listed(items), province.url, [several(province, items)], _bearer(province))


def _list_of_peer(province: Province, rival: peers.Peer, items: int) -> Way:
    body = _theirs(province, "WorklistPage", first=items, at=str(province.body))
    return Way(listed(items, PEER), rival.url, [body], dict)


def _bearer(province: Province) -> Callable[[], Mapping[str, str]]:
    return lambda: {"authorization": f"Bearer {province.token}"}


def _ours(province: Province, operation: str, **variables: Any) -> bytes:
    variables |= places(node("Organisation", province.unit))
    return _body(DOCUMENT, operation, variables)


def _theirs(province: Province, operation: str, **variables: Any) -> bytes:
    return _body(peers.ASKED, operation, variables | places(province.unit))


def _body(document: Path, operation: str, variables: Mapping[str, Any]) -> bytes:
    text = document.read_text(encoding="utf-8")
    return json.dumps({"query": text, "operationName": operation, "variables": variables}).encode()
