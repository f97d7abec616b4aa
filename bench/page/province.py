"""A whole platform of its own in real processes, the season played until a declaration is reviewed, and that one many times."""

import base64
import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx

from bench.page import growth
from demo.api import Gateway
from demo.identities import Identities
from demo.season import SCENES
from demo.stage import FIRST_YEAR, Stage
from deploy.local.keys import Keys
from deploy.local.layout import GATEWAY, PROCESSES, Layout, Ports
from deploy.local.stack import DATABASE, Stack

PLAYED = 6
"""Scenes until a declaration has gone through its chain."""
RUN = "000001"
READER = "health"
"""Who reviews at the body where the copies wait."""
UNIT = "hospital"
TIMEOUT_SECONDS = 60
BENCH_ROLE = "bench"
READ: Mapping[str, tuple[str, ...]] = {
    "workflow": ("declaration", "material", "material_verdict", "history"),
    "accounts": ("person", "person_document", "organisation", "organisation_closure"),
    "quota": ("ledger", "annual_form", "annual_form_column", "reservation"),
}
"""What the peer's role may read: the tables that the page is told from."""


class Unlimited(Layout):
    """A layout whose gateway lets one reader ask without end."""

    def environment(self, process: str, keys: Keys, admin_url: str) -> dict[str, str]:
        """As everywhere; only what a client may spend is beyond reach."""
        much = {name: str(10**9) for name in ("MAX_COST", "COST_BUCKET", "COST_PER_SECOND")}
        return super().environment(process, keys, admin_url) | much


@dataclass(slots=True)
class Province:
    """The running platform, its stage and how many declarations there are."""

    stack: Stack
    stage: Stage
    admin_url: str
    model: UUID
    size: int = 0

    @property
    def url(self) -> str:
        """Where pages are asked for."""
        return self.stage.gateway.url

    @property
    def unit(self) -> UUID:
        """The unit of every declaration."""
        return plain(self.stage.organisations[UNIT])

    @property
    def body(self) -> UUID:
        """Where some of them wait."""
        return plain(self.stage.organisations[READER])

    @property
    def token(self) -> str:
        """What the reviewer is known by."""
        return self.stage.cast[READER].token

    async def sign_in(self) -> None:
        """Begin a new session of the reviewer; a token is good for minutes only."""
        await self.stage.sign_in(READER, READER)

    async def grow(self, size: int) -> None:
        """Have so many declarations."""
        await growth.grow(self.admin_url, self.model, self.size, size)
        self.size = size

    def processes(self) -> dict[str, int]:
        """The first process of each part."""
        return processes(self.stack)

    async def open_to_peer(self, password: str) -> str:
        """Make the bench's own role, which reads tables past all rights; its URL."""
        connection = await asyncpg.connect(self.admin_url)
        try:
            await connection.execute(f"create role {BENCH_ROLE} login password '{password}'")
            for schema, tables in READ.items():
                named = ", ".join(f"{schema}.{table}" for table in tables)
                await connection.execute(f"grant usage on schema {schema} to {BENCH_ROLE}")
                await connection.execute(f"grant select on {named} to {BENCH_ROLE}")
        finally:
            await connection.close()
        place = self.admin_url.rsplit("@", 1)[1]
        return f"postgresql://{BENCH_ROLE}:{password}@{place}"


def processes(stack: Stack) -> dict[str, int]:
    """The first process of each part of a platform."""
    data = stack.layout.run / "postgres" / "data" / "postmaster.pid"
    found = {name: stack.children[name].pid or 0 for name in PROCESSES}
    return found | {"PostgreSQL": int(data.read_text(encoding="utf-8").split()[0])}


def plain(node: str) -> UUID:
    """The id within a global id."""
    return UUID(base64.b64decode(node).decode().partition(":")[2])


def node(kind: str, number: UUID) -> str:
    """The global id of something."""
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


@asynccontextmanager
async def platform() -> AsyncIterator[tuple[Stack, Stage]]:
    """A whole platform, and the stage on which its season can be played; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="titles-bench-") as folder:
        os.chmod(folder, 0o711)  # noqa: PTH101, S103 - run by root, the server is another user
        layout = Unlimited(run=Path(folder), ports=Ports.free(), second_factor=False, log_level="ERROR")
        async with (
            Stack(layout, say=lambda _: None) as stack,
            httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client,
        ):
            yield stack, stage_of(f"{stack.url(GATEWAY)}/graphql", client)


def stage_of(url: str, client: httpx.AsyncClient) -> Stage:
    """The stage before a gateway, which says nothing of what is played."""
    return Stage(Gateway(url, client), RUN, lambda _: None, Identities(RUN))


async def play(stage: Stage, scenes: int) -> None:
    """The first scenes of the season."""
    for number, scene in enumerate(SCENES[:scenes], start=1):
        stage.scene = number
        await scene.play(stage)


def admin_url(stack: Stack) -> str:
    """Where the administrator reaches a platform's database."""
    postgres = stack.layout.ports.postgres
    return f"postgresql://postgres:{stack.keys.postgres_password}@127.0.0.1:{postgres}/{DATABASE}"


@asynccontextmanager
async def played() -> AsyncIterator[Province]:
    """The platform with one reviewed declaration, gone afterwards."""
    async with platform() as (stack, stage):
        await play(stage, PLAYED)
        yield Province(stack, stage, admin_url(stack), plain(stage.things["declaration"]))


def places(unit: object) -> dict[str, object]:
    """Whose places a page tells, and of which year."""
    return {"unitId": str(unit), "year": FIRST_YEAR}
