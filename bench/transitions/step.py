"""A full review step over HTTP: a reviewer passes on what waits, asked of the service, of the gateway's REST and by GraphQL."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import aiohttp

from bench.last_hour.season import settled
from bench.page import growth
from bench.page.load import OK, Answer, Ask, Meter, Taken, one_round
from bench.page.province import Province, node, played
from demo.stage import at

JUDGED = replace(
    next(each for each in growth.COPIES if each.table == growth.VERDICTS),
    only=f"{growth.WAITS} and organisation_id::text = bodies -> 2 ->> 'id'",
)
"""What the body has found of what waits there: it can be passed on."""

OPENED = growth.Copied(
    "workflow.material_opening",
    "t.declaration_id = d.id",
    {"declaration_id": growth.key_sql(growth.DECLARATION), "material_id": JUDGED.own["material_id"]},
    only=JUDGED.only,
)
"""What the body has opened of it."""

WAITING = growth.Waiting().up_to
REVIEWING = at(12, 12)
TIMES, ROUNDS, CALLERS, WARMING = 24, 4, 2, 16
"""Steps of each way in a round, rounds, how many at once, and how many of each way before that."""
MUTATION = """mutation Pass($input: ActOnDeclarationInput!) {
  actOnDeclaration(input: $input) { declaration { id number state version } errors { code } } }"""
SERVICE, REST, GRAPHQL = "the service's own REST", "REST through the gateway", "GraphQL"
IDLE_SECONDS = 4.0

PASSED, REFUSED = b'"declaration":{', b'"errors":[{'
"""What is in GraphQL's answer where a declaration was passed on, and where not."""

Step = Callable[[str], Ask]
"""A way to pass on the declaration of an id."""


@dataclass(frozen=True, slots=True)
class Measured:
    """All ways, and seconds of processors that each part uses in a second with nothing to do."""

    ways: Mapping[str, Taken]
    idle: Mapping[str, float]


async def run() -> Measured:
    """By turns, until each has passed on as many."""
    async with played() as province:
        await growth.grow(
            province.admin_url, province.model, 0, WAITING, tables=(*growth.COPIES, JUDGED, OPENED)
        )
        await province.stage.move_clock(REVIEWING)
        await province.sign_in()
        await settled(province.admin_url)
        meter = Meter(province.processes())
        await meter.rests()
        idle = await meter.idle(IDLE_SECONDS)
        return Measured(await _by_turns(province, meter), idle)


async def _by_turns(province: Province, meter: Meter) -> dict[str, Taken]:
    """Each way's steps with all that they set going: a round begins when everything of the last one is heard."""
    ids = (str(growth.key(growth.DECLARATION, number)) for number in itertools.count(1))
    ways = _ways(province)
    taken = {name: Taken() for name in ways}
    for step in ways.values():
        await one_round(_some(step, ids, WARMING), Taken(), CALLERS)
    await settled(province.admin_url)
    for _ in range(ROUNDS):
        for name, step in ways.items():
            with meter.charged(taken[name]):
                await one_round(_some(step, ids, TIMES), taken[name], CALLERS)
                await settled(province.admin_url)
    return taken


def _some(step: Step, ids: Iterator[str], times: int) -> Iterator[Ask]:
    return map(step, itertools.islice(ids, times))


def _ways(province: Province) -> dict[str, Step]:
    bearer = {"authorization": f"Bearer {province.token}"}
    gateway = province.url.removesuffix("/graphql")

    def rest(base: str) -> Step:
        def step(declaration: str) -> Ask:
            async def ask(session: aiohttp.ClientSession) -> Answer:
                url = f"{base}/v1/declarations/{declaration}/actions/PASS"
                async with session.post(url, headers=bearer) as response:
                    return Answer(await response.read(), response.status == OK)

            return ask

        return step

    def graphql(declaration: str) -> Ask:
        asked = {"id": node("Declaration", UUID(declaration)), "action": "PASS"}
        body = json.dumps({"query": MUTATION, "variables": {"input": asked}})
        headers = bearer | {"content-type": "application/json"}

        async def ask(session: aiohttp.ClientSession) -> Answer:
            async with session.post(province.url, data=body, headers=headers) as response:
                told = await response.read()
            return Answer(told, PASSED in told and REFUSED not in told)

        return ask

    return {
        SERVICE: rest(province.stack.url("workflow")),
        REST: rest(f"{gateway}/api/workflow"),
        GRAPHQL: graphql,
    }
