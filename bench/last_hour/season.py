"""A whole platform in real processes, a season played until there is one of everything, and then the last day of declaring."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import httpx
from joserfc.jwk import OKPKey

from bench.last_hour import models
from bench.last_hour.copying import Kit, Part, read
from bench.last_hour.crowd import Crowd, Models
from bench.page.province import admin_url, plain, platform, play
from demo.scenes import declaration
from demo.stage import SHANGHAI, Stage, at
from deploy.local.bootstrap import SERVICES
from deploy.local.layout import GATEWAY, PROJECT
from deploy.local.postgres import free_port
from deploy.local.processes import Child, Interpreters
from deploy.local.stack import Stack

PLAYED = 5
"""Scenes until somebody is recommended."""
LAST_HOUR = datetime(2023, 11, 30, 22, tzinfo=SHANGHAI)
OPEN = """
select (select count(*) from {0}.outbox where not routed)
    + (select count(*) from {0}.outbox_delivery where delivered_at is null and dead_at is null)
"""
SETTLED_SECONDS, LOOK_SECONDS = 300, 0.3
SEATED = ("first", "hospital", "health", "province")
"""Whose tokens those of the crowd are made from."""


@dataclass(slots=True)
class Season:
    """The running platform, and what the crowd is copied from."""

    stack: Stack
    stage: Stage
    admin_url: str
    models: Models

    @property
    def url(self) -> str:
        """Where the gateway is."""
        return self.stack.url(GATEWAY)

    def crowd(self) -> Crowd:
        """Those who are still to come, with tokens as accounts would sign them."""
        return Crowd(self.models, OKPKey.import_key({**self.stack.keys.signing_keys["keys"][0]}))

    @asynccontextmanager
    async def letting_all_in(self) -> AsyncIterator[tuple[str, int]]:
        """Where another gateway is meanwhile, before the same services, that sends nobody away; and its process."""
        port = free_port()
        environment = self.stack.layout.environment(GATEWAY, self.stack.keys, self.admin_url)
        own = {"PORT": str(port), "MAX_AT_WORK": str(10**6)}
        log = self.stack.layout.logs / "letting-all-in.log"
        child = Child(GATEWAY, GATEWAY, environment | own, log, Interpreters(PROJECT))
        await child.start()
        try:
            await _answers(url := f"http://127.0.0.1:{port}")
            yield url, child.pid or 0
        finally:
            await child.stop()


async def _answers(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(SETTLED_SECONDS):
        while True:
            with suppress(httpx.TransportError):
                (await client.get(f"{url}/healthz")).raise_for_status()
                return
            await asyncio.sleep(LOOK_SECONDS)


@asynccontextmanager
async def played() -> AsyncIterator[Season]:
    """The platform on the last day, gone afterwards."""
    async with platform() as (stack, stage):
        url = admin_url(stack)
        yield Season(stack, stage, url, await _models(stage, url))


async def _models(stage: Stage, url: str) -> Models:
    """Play, and keep what is there at the moments when it is what many are to be."""
    await play(stage, PLAYED)
    await declaration.draft(stage)
    await settled(url)
    draft, base = await _kit(stage, url, models.DECLARED, "first"), await _read_last(stage, "basic")
    await _sent_up(stage)
    await settled(url)
    told = Models(
        unit=await _unit(stage, url),
        person=await _kit(stage, url, models.PERSON, "second"),
        listed=await _kit(stage, url, models.LISTED, "second"),
        draft=draft,
        waiting=await _kit(stage, url, models.DECLARED, "first"),
        tokens={part: stage.cast[part].token for part in SEATED},
        things=_things(stage),
        base=base,
    )
    await stage.move_clock(LAST_HOUR)
    return told


async def _read_last(stage: Stage, section: str) -> str:
    """The digest of a section of the draft."""
    document = "query($id: ID!) { declaration(id: $id) { sections { section digest } } }"
    found = await stage.ask("first", document, id=stage.things[declaration.FIRST])
    return next(
        str(each["digest"]) for each in found["declaration"]["sections"] if each["section"] == section
    )


async def _sent_up(stage: Stage) -> None:
    """Submitted and passed on, until the health commission has only to pass it on as well."""
    await stage.move_clock(at(11, 28))
    await declaration.step(stage, "first", "SUBMIT", "提交申报")
    await declaration.judge(stage, "department", "内设机构")
    await stage.move_clock(at(11, 29))
    await declaration.judge(stage, "hospital", "医院")
    await declaration.find_sound(stage, "health", "省卫健委")


async def _kit(stage: Stage, url: str, parts: Sequence[Part], part: str) -> Kit:
    person = str(plain(stage.things[part]))
    account = str(plain(stage.cast[part].account["id"]))
    return await _read(url, parts, person, account)


async def _unit(stage: Stage, url: str) -> Kit:
    ids = (str(plain(stage.organisations[each])) for each in ("hospital", "department"))
    return await _read(url, models.UNIT, *ids)


async def _read(url: str, parts: Sequence[Part], *ids: str) -> Kit:
    connection = await asyncpg.connect(url)
    try:
        return await read(connection, parts, ids)
    finally:
        await connection.close()


def _things(stage: Stage) -> dict[str, str]:
    """Plain ids of what is asked for, and the code of the specialty as it is."""
    named = {each: str(plain(stage.things[each])) for each in ("first", "second", "declaration", "plan")}
    named |= {each: str(plain(stage.organisations[each])) for each in ("hospital", "department")}
    return named | {"specialty": str(plain(stage.things["specialty"]))}


async def settled(url: str) -> float:
    """Wait until every event is heard and every place known; the seconds it took.

    Raises:
        TimeoutError: it has not come to rest after minutes.
    """
    began = asyncio.get_running_loop().time()
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(SETTLED_SECONDS):
            while any([await connection.fetchval(OPEN.format(each)) for each in SERVICES]):
                await asyncio.sleep(LOOK_SECONDS)
    finally:
        await connection.close()
    return asyncio.get_running_loop().time() - began
