"""What the page is measured beside, each a process of its own: its own bytes unchanged, and PostGraphile on the same tables."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.tools import Missing
from deploy.local.postgres import free_port
from tests.platform import npm

POSTGRAPHILE = Path(__file__).parents[1] / "postgraphile"
ASKED = POSTGRAPHILE / "page.graphql"
READY_SECONDS = 180
POLL_SECONDS = 0.1
ANYTHING = {"query": "{ __typename }"}


class PeerMissing(Missing):
    """npm cannot install PostGraphile here, or it does not start."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A process and where it is asked."""

    pid: int
    url: str


@asynccontextmanager
async def still(answer: bytes, folder: Path) -> AsyncIterator[Peer]:
    """A server that answers every request with these bytes."""
    file = folder / "still.json"
    file.write_bytes(answer)
    port = free_port()
    async with _process(sys.executable, "-m", "bench.page.still", str(port), str(file), port=port) as peer:
        yield peer


@asynccontextmanager
async def ours(module: str, *arguments: str) -> AsyncIterator[Peer]:
    """`python -m MODULE PORT ...`."""
    port = free_port()
    async with _process(sys.executable, "-m", module, str(port), *arguments, port=port) as peer:
        yield peer


@asynccontextmanager
async def mercurius(folder: Path, schema: Path, data: Path) -> AsyncIterator[Peer]:
    """The peer of the executor, mercurius with graphql-jit, as pinned in a folder, telling data by a schema."""
    home, port = installed(folder), free_port()
    command = (_node(home), str(home / "server.mjs"), str(port), str(schema), str(data))
    async with _process(*command, port=port) as peer:
        yield peer


def installed(folder: Path = POSTGRAPHILE) -> Path:
    """Where a peer is (PostGraphile), with the Node that is pinned with it.

    Raises:
        PeerMissing: it cannot be had.
    """
    if (home := npm.fetched(folder)) is None:
        raise PeerMissing(f"npm cannot install what {folder.name} needs here")
    return home


def _node(home: Path) -> str:
    """The Node that is pinned, where there is one for this machine."""
    return str(next(iter(sorted(home.glob("node_modules/node-linux-*/bin/node"))), "node"))


@asynccontextmanager
async def postgraphile(home: Path, database_url: str) -> AsyncIterator[Peer]:
    """PostGraphile v5 as its own documents run it in production."""
    port = free_port()
    async with _process(_node(home), str(home / "server.mjs"), database_url, str(port), port=port) as peer:
        yield peer


@asynccontextmanager
async def _process(*command: str, port: int) -> AsyncIterator[Peer]:
    environment = os.environ | {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}/graphql"
    try:
        await _answers(url, process)
        yield Peer(process.pid, url)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _answers(url: str, process: asyncio.subprocess.Process) -> None:
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(READY_SECONDS):
        while process.returncode is None:
            try:
                (await client.post(url, json=ANYTHING)).raise_for_status()
            except httpx.HTTPError:
                await asyncio.sleep(POLL_SECONDS)
            else:
                return
    raise PeerMissing(f"{url} does not answer")
