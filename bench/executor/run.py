"""The page by every way of executing it, each a process of its own, by turns; and what of a processor an answer costs each."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from rich.console import Console
from rich.table import Table

from bench.executor.data import told
from bench.page import peers
from bench.page.load import Meter, Taken, Way, by_turns

HOME = Path(__file__).parent
PEER = "mercurius, with graphql-jit (Node)"
WAYS = {
    "strawberry": "Strawberry, parse and validation cached",
    "strawberry-plans": "the same, by plans",
    "graphql-core": "graphql-core's executor alone",
    "plans": "plans alone",
}
CALLERS, SECONDS, ROUNDS = 16, 3.0, 5
WARM = 3_000
"""So many answers before anything is measured: V8 compiles what it was asked often."""
JSON = {"content-type": "application/json"}


class Unlike(RuntimeError):
    """Two ways do not tell the same, so that their costs say nothing about each other."""


async def run() -> Mapping[str, Taken]:
    """What was taken, way by way.

    Raises:
        PeerMissing: npm cannot install the peer here, or a process does not start.
        Unlike: some way does not tell the same as the others, without errors.
    """
    async with AsyncExitStack() as stack:
        started = {
            name: await stack.enter_async_context(peers.ours("bench.executor.server", way))
            for way, name in WAYS.items()
        }
        data = Path(stack.enter_context(TemporaryDirectory())) / "data.json"
        data.write_text(json.dumps(told()), encoding="utf-8")
        peer = peers.mercurius(HOME / "mercurius", HOME / "schema.graphql", data)
        started[PEER] = await stack.enter_async_context(peer)
        body = json.dumps(
            {
                "query": (HOME / "page.graphql").read_text(encoding="utf-8"),
                "variables": {"id": "declaration-1"},
            }
        ).encode()
        ways = [Way(name, peer.url, [body], dict) for name, peer in started.items()]
        await _alike(ways)
        for each in ways:
            await _warm(each)
        meter = Meter({name: peer.pid for name, peer in started.items()})
        return await by_turns(ways, meter, callers=CALLERS, seconds=SECONDS, rounds=ROUNDS)


async def _alike(ways: Sequence[Way]) -> None:
    """All ways tell the same page, and no errors."""
    async with aiohttp.ClientSession(headers=JSON, raise_for_status=True) as session:
        told = {}
        for way in ways:
            async with session.post(way.url, data=way.bodies[0]) as response:
                told[way.name] = await response.json(content_type=None)
    for name, each in told.items():
        if "errors" in each or each != told[PEER]:
            raise Unlike(f"{name} tells {json.dumps(each)[:500]}, {PEER} {json.dumps(told[PEER])[:500]}")


async def _warm(way: Way) -> None:
    [body] = way.bodies
    async with aiohttp.ClientSession(headers=JSON) as session:

        async def ask(times: int) -> None:
            for _ in range(times):
                async with session.post(way.url, data=body) as response:
                    await response.read()

        await asyncio.gather(*(ask(WARM // CALLERS) for _ in range(CALLERS)))


def show(taken: Mapping[str, Taken]) -> None:
    """Print what was taken, each beside the peer: answers a second, and those of a second of its own processor."""
    title = f"A page of {taken[PEER].size:,} bytes, data in memory, {CALLERS} at a time"
    table = Table(title=title, title_justify="left")
    for heading in (
        "executed by",
        "answers/s (median)",
        "least to most",
        "ratio",
        "ms of processor",
        "ratio",
    ):
        table.add_column(heading, justify="left" if heading == "executed by" else "right")
    for name, each in taken.items():
        rates = f"{min(each.rates):,.0f} to {max(each.rates):,.0f}"
        ratio, cheaper = each.rate / taken[PEER].rate, _cost(PEER, taken) / _cost(name, taken)
        cost = f"{1000 * _cost(name, taken):.2f}"
        table.add_row(name, f"{each.rate:,.0f}", rates, f"{ratio:.2f}", cost, f"{cheaper:.2f}")
        if each.failed:
            table.add_row(f"{each.failed} answers failed", *[""] * 5)
    Console(width=140).print(table)


def _cost(name: str, taken: Mapping[str, Taken]) -> float:
    return taken[name].paid[name] / len(taken[name].seconds)
