"""A full review step over HTTP: a reviewer passes on what waits, asked of the service, of the gateway's REST and by GraphQL."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

import httpx

from bench.page import growth
from bench.page.load import Meter
from bench.page.province import TIMEOUT_SECONDS, Province, node, played
from bench.page.run import PARTS
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
TIMES, ROUNDS, CALLERS = 24, 4, 2
"""Steps of each way in a round, rounds, and how many at once."""
MUTATION = """mutation Pass($input: ActOnDeclarationInput!) {
  actOnDeclaration(input: $input) { declaration { id number state version } errors { code } } }"""
SERVICE, REST, GRAPHQL = "the service's own REST", "REST through the gateway", "GraphQL"
IDLE_SECONDS = 4.0

Step = Callable[[str], Awaitable[None]]


@dataclass(slots=True)
class Steps:
    """What was taken of one way: steps, seconds, and seconds of processors by part."""

    taken: int = 0
    seconds: float = 0.0
    paid: dict[str, float] = field(default_factory=dict)

    def milliseconds(self, part: str, idle: Mapping[str, float]) -> float:
        """Of a part's processors for one step, less what is used with nothing to do."""
        used = sum(self.paid[each] - idle[each] * self.seconds for each in PARTS[part])
        return 1000 * used / self.taken


@dataclass(frozen=True, slots=True)
class Measured:
    """All ways, and seconds of processors that each part uses in a second with nothing to do."""

    ways: Mapping[str, Steps]
    idle: Mapping[str, float]


async def run() -> Measured:
    """By turns, until each has passed on as many."""
    async with played() as province:
        await growth.grow(
            province.admin_url, province.model, 0, WAITING, tables=(*growth.COPIES, JUDGED, OPENED)
        )
        await province.stage.move_clock(REVIEWING)
        await province.sign_in()
        meter = Meter(province.processes())
        await meter.rests()
        before = meter.read()
        await asyncio.sleep(IDLE_SECONDS)
        idle = {part: (used - before[part]) / IDLE_SECONDS for part, used in meter.read().items()}
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as http:
            return Measured(await _by_turns(_ways(http, province), meter), idle)


async def _by_turns(ways: Mapping[str, Step], meter: Meter) -> dict[str, Steps]:
    ids = (str(growth.key(growth.DECLARATION, number)) for number in itertools.count(1))
    taken = {name: Steps() for name in ways}
    for step in ways.values():  # warms up
        await step(next(ids))
    for _ in range(ROUNDS):
        for name, step in ways.items():
            await _round(step, ids, taken[name], meter)
    return taken


async def _round(step: Step, ids: Iterator[str], steps: Steps, meter: Meter) -> None:
    loop = asyncio.get_running_loop()
    before, began = meter.read(), loop.time()

    async def work() -> None:
        for _ in range(TIMES // CALLERS):
            await step(next(ids))

    await asyncio.gather(*(work() for _ in range(CALLERS)))
    steps.seconds += loop.time() - began
    steps.taken += TIMES
    meter.charge(steps.paid, before)


def _ways(http: httpx.AsyncClient, province: Province) -> dict[str, Step]:
    bearer = {"authorization": f"Bearer {province.token}"}
    gateway = province.url.removesuffix("/graphql")

    def rest(base: str) -> Step:
        async def step(declaration: str) -> None:
            url = f"{base}/v1/declarations/{declaration}/actions/PASS"
            (await http.post(url, headers=bearer)).raise_for_status()

        return step

    async def graphql(declaration: str) -> None:
        asked = {"id": node("Declaration", UUID(declaration)), "action": "PASS"}
        body = {"query": MUTATION, "variables": {"input": asked}}
        told = (await http.post(province.url, json=body, headers=bearer)).raise_for_status().json()
        if told.get("errors") or told["data"]["actOnDeclaration"]["errors"]:
            raise RuntimeError(str(told))

    return {
        SERVICE: rest(province.stack.url("workflow")),
        REST: rest(f"{gateway}/api/workflow"),
        GRAPHQL: graphql,
    }
