"""Holds whose recommendation never came to be are given back, after asking workflow and only then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.workflow.contract import RecommendationReserved
from tests.platform.tokens import mint
from tests.services.quota.bodies import envelope, wish
from tests.services.quota.people import Unit, ask, service_token

RESERVATIONS = "/v1/reservations"


class Workflow:
    """A workflow that knows some recommendations; `answer` bends what it says."""

    def __init__(self) -> None:
        self.known: list[str] = []
        self.asked: list[list[str]] = []
        self.answer: Callable[[list[str]], Response | Awaitable[Response]] = self.truly

    def truly(self, ids: list[str]) -> Response:
        """The recommendations it knows."""
        return JSONResponse(
            {"items": [{"id": each, "state": "RESERVED"} for each in ids if each in self.known]}
        )

    async def lookup(self, request: Request) -> Response:
        """`POST /v1/recommendations/lookup`, for services only."""
        assert request.headers["authorization"] == "Bearer issued-by-accounts"
        ids = (await request.json())["ids"]
        self.asked.append(ids)
        answer = self.answer(ids)
        return answer if isinstance(answer, Response) else await answer


async def issue(_: Request) -> Response:
    """A service token, as accounts issues it."""
    return JSONResponse({"access_token": "issued-by-accounts", "expires_in": 900})


@pytest.fixture
def workflow() -> Workflow:
    """The neighbour."""
    return Workflow()


@pytest.fixture
async def replica(client, workflow):
    """`await replica(**settings)`: another process of the service, asking the same workflow."""
    accounts = Starlette(routes=[Route("/v1/service-tokens", issue, methods=["POST"])])
    peer = Starlette(routes=[Route("/v1/recommendations/lookup", workflow.lookup, methods=["POST"])])
    transports = {"accounts": httpx.ASGITransport(app=accounts), "workflow": httpx.ASGITransport(app=peer)}

    async def start(**settings: Any) -> FastAPI:
        patient = {"reconcile_every_seconds": 3600, "hold_grace_seconds": 0}
        http = await client("quota", settings={**patient, **settings}, transports=transports)
        return http._transport.app  # noqa: SLF001 - the app behind the client

    return start


@pytest.fixture
async def holds(hospital, approve, reserve) -> list[dict[str, Any]]:
    """Three holds of the hospital's three places."""
    await approve(hospital, ASSOCIATE_SENIOR=(7, 4, 0, 0))
    return [(await reserve(hospital)).json()["record"] for _ in range(3)]


async def states(quota: Any, unit: Unit) -> list[str]:
    """Where the unit's reservations stand, oldest first."""
    listed = (await ask(quota, "GET", f"{RESERVATIONS}?unit_id={unit.id}", service_token())).json()
    return [each["state"] for each in reversed(listed["items"])]


@pytest.mark.clause("2.1.1")
async def test_what_workflow_does_not_know_is_given_back(quota, hospital, holds, replica, workflow):
    """Known holds stay and are not asked about again; the others are free for the next."""
    workflow.known = [holds[1]["recommendation_id"]]
    app = await replica()
    assert await app.state.reconciler.once() == 2
    assert await states(quota, hospital) == ["RELEASED", "HELD", "RELEASED"]
    assert await app.state.reconciler.once() == 0
    assert [sorted(ids) for ids in workflow.asked] == [sorted(each["recommendation_id"] for each in holds)]


@pytest.mark.usefixtures("holds")
async def test_a_clock_that_was_ahead_does_not_keep_a_place(quota, hospital, replica, session):
    """The database's clock was hours ahead when the holds were made; put right, they are asked about like others."""
    app = await replica(hold_grace_seconds=60)
    assert await app.state.reconciler.once() == 0
    async with session("quota") as tx:
        await tx.execute(text("update reservation set asked_at = asked_at + interval '3 hours'"))
    assert await app.state.reconciler.once() == 3
    assert await states(quota, hospital) == ["RELEASED"] * 3


@pytest.mark.usefixtures("holds")
@pytest.mark.parametrize(
    "answer",
    [
        lambda _: Response(status_code=500),
        lambda _: JSONResponse({"status": 503}, status_code=503),
        lambda _: JSONResponse({"unexpected": []}),
        lambda _: JSONResponse([]),
        lambda _: Response("<html>", media_type="text/html"),
    ],
)
async def test_no_reliable_answer_frees_nothing(quota, hospital, replica, workflow, answer):
    """A workflow that fails or talks nonsense leaves every hold as it is; once it answers again they are settled."""
    workflow.answer = answer
    app = await replica()
    assert await app.state.reconciler.once() == 0
    assert await states(quota, hospital) == ["HELD"] * 3
    workflow.answer = workflow.truly
    assert await app.state.reconciler.once() == 3


@pytest.mark.usefixtures("holds")
async def test_an_unreachable_workflow_frees_nothing(quota, hospital, client):
    """Nobody listens at the address: nothing changes."""
    settings = {
        "hold_grace_seconds": 0,
        "workflow_url": "http://127.0.0.1:9",
        "accounts_url": "http://127.0.0.1:9",
    }
    http = await client("quota", settings=settings)
    assert await http._transport.app.state.reconciler.once() == 0  # noqa: SLF001 - as above
    assert await states(quota, hospital) == ["HELD"] * 3


@pytest.mark.usefixtures("holds")
async def test_young_holds_are_left_alone(replica, workflow, at):
    """A hold within its grace is not asked about, whatever the simulated clock says."""
    await at("2033-01-01T00:00+08:00", "quota")
    app = await replica(hold_grace_seconds=60)
    assert await app.state.reconciler.once() == 0
    assert workflow.asked == []


async def test_what_is_heard_of_meanwhile_is_kept(quota, hospital, holds, replica, workflow):
    """A recommendation that commits and is told of while workflow answers keeps its place."""

    async def late(_: list[str]) -> Response:
        for each in holds:
            event = envelope(RecommendationReserved, each)
            assert (await ask(quota, "POST", "/events", service_token(), event)).status_code == 204
        return JSONResponse({"items": []})

    workflow.answer = late
    app = await replica()
    assert await app.state.reconciler.once() == 0
    assert await states(quota, hospital) == ["HELD"] * 3


async def test_many_replicas_ask_once(holds, replica, workflow):
    """Replicas working at the same time share the holds: each is asked about once and given back once."""
    running = [await replica(hold_grace_seconds=0.2) for _ in range(3)]
    await asyncio.sleep(0.3)
    freed = await asyncio.gather(*(each.state.reconciler.once() for each in running))
    assert sum(freed) == 3
    assert sorted(one for ids in workflow.asked for one in ids) == sorted(
        h["recommendation_id"] for h in holds
    )


@pytest.mark.usefixtures("holds")
async def test_a_killed_asker_leaves_its_holds_to_the_next(quota, hospital, replica, workflow):
    """A process that dies while it waits for workflow's answer loses nothing: another one asks after the grace."""
    never = asyncio.Event()

    async def silent(_: list[str]) -> Response:
        await never.wait()
        raise AssertionError

    workflow.answer = silent
    dying = await replica(hold_grace_seconds=0.2)
    await asyncio.sleep(0.25)
    asking = asyncio.create_task(dying.state.reconciler.once())
    while not workflow.asked:
        await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await states(quota, hospital) == ["HELD"] * 3
    workflow.answer = workflow.truly
    await asyncio.sleep(0.25)
    assert await (await replica(hold_grace_seconds=0.2)).state.reconciler.once() == 3


async def test_it_works_by_itself(quota, hospital, approve, reserve, replica, workflow):
    """A hold left behind is free again without anybody asking, while the service runs."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    assert (await reserve(hospital)).status_code == 201
    workflow.answer = lambda _: Response(status_code=500)
    await replica(reconcile_every_seconds=0.02)
    while len(workflow.asked) < 2:
        await asyncio.sleep(0.01)
    workflow.answer = workflow.truly
    while (await states(quota, hospital)) != ["RELEASED"]:
        await asyncio.sleep(0.01)
    assert (
        await ask(quota, "POST", RESERVATIONS, mint(kind="service", name="x"), wish(hospital))
    ).status_code == 201
