"""Beyond its places a process sends away at once and says when to come again; who must come in does, and the slow hold no place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from prometheus_client import REGISTRY

from services.admission import limited
from services.kit.auth import TokenVerifier
from services.kit.frame import RequestFrame
from services.kit.health import health
from services.kit.http import answer_refusals
from services.kit.settings import ProcessSettings
from services.reads.api import routes as reads
from tests.platform.serving import served
from tests.platform.tokens import bearer, mint, node, seat, trusted

PLACES = 2
OPERATOR = seat("OPERATOR", node("HRSS", "PROVINCE"))


class Place:
    """An application with two places, whose answers wait until they are told to come."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self.url, self.http = url, http
        self.go_on = asyncio.Event()
        self.within = 0

    async def filled(self, stack: AsyncExitStack) -> list[asyncio.Task[httpx.Response]]:
        """Take every place; whoever has one waits."""
        tasks = [asyncio.create_task(self.http.post("/work", content=b"{}")) for _ in range(PLACES)]
        stack.callback(self.go_on.set)
        await self.until(PLACES)
        return tasks

    async def until(self, within: int) -> None:
        """Wait until so many are worked on."""
        async with asyncio.timeout(10):
            while self.within != within:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def crowded() -> AsyncIterator[tuple[Place, AsyncExitStack]]:
    """The application over HTTP, and what is undone before it ends."""
    app = FastAPI()
    app.state.service, app.state.ready, app.state.unhurried = "probe", {}, ("/files/",)
    app.state.verifier, app.state.settings = TokenVerifier(trusted()), ProcessSettings()
    app.add_middleware(RequestFrame, service="probe", max_body_bytes=100)
    answer_refusals(app)
    app.include_router(health)
    app.include_router(reads)
    limited(app, PLACES)
    async with served(app) as url, httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as http:
        place = Place(url, http)

        @app.api_route("/work", methods=["GET", "POST"])
        @app.post("/files/a")
        @app.post("/v1/service-tokens")
        @app.get("/.well-known/jwks.json")
        async def work() -> dict[str, int]:
            place.within += 1
            try:
                await place.go_on.wait()
                return {}
            finally:
                place.within -= 1

        @app.get("/stream")
        async def stream() -> StreamingResponse:
            async def pieces() -> AsyncIterator[bytes]:
                yield b"x"
                await place.go_on.wait()

            return StreamingResponse(pieces())

        async with AsyncExitStack() as stack:
            yield place, stack


def sent_away() -> float:
    """How many were, as operators see it."""
    return REGISTRY.get_sample_value("titles_requests_sent_away_total") or 0.0


@pytest.mark.parametrize(("language", "words"), [("zh", "人数过多"), ("en", "Too many")])
async def test_who_finds_no_place_hears_so_at_once(language: str, words: str) -> None:
    """503 with the code, in both languages, when to come again and the id; whoever had a place is answered, and there is room again."""
    before = sent_away()
    async with crowded() as (place, stack):
        tasks = await place.filled(stack)
        answer = await place.http.post("/work", content=b"{}", headers={"accept-language": language})
        assert (answer.status_code, answer.json()["code"]) == (503, "TOO_BUSY")
        assert words in answer.json()["message"]
        assert 1 <= int(answer.headers["retry-after"]) <= 3
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
        assert place.within == PLACES
        place.go_on.set()
        assert {each.status_code for each in await asyncio.gather(*tasks)} == {200}
        assert (await place.http.get("/work")).status_code == 200
    assert sent_away() == before + 1


@pytest.mark.parametrize(
    ("token", "status"),
    [
        (mint([OPERATOR]), 200),
        (mint(kind="service"), 200),
        (mint([seat("REVIEWER", node("HRSS", "PROVINCE"))]), 503),
        ("no token", 503),
    ],
    ids=["operator", "own service", "reviewer", "nonsense"],
)
async def test_operators_and_our_own_services_always_come_in(token: str, status: int) -> None:
    """Who mends it is not kept out by what is to be mended; nobody else goes first, whatever is shown."""
    async with crowded() as (place, stack):
        await place.filled(stack)
        asking = asyncio.create_task(place.http.get("/work", headers=bearer(token)))
        if status == httpx.codes.OK:
            await place.until(PLACES + 1)
            place.go_on.set()
        assert (await asking).status_code == status


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/service-tokens"), ("GET", "/.well-known/jwks.json")]
)
async def test_who_cannot_say_yet_that_it_is_ours_is_told_how(method: str, path: str) -> None:
    """In a rush new processes begin: without a token and the keys of tokens they would answer nobody."""
    async with crowded() as (place, stack):
        await place.filled(stack)
        asking = asyncio.create_task(place.http.request(method, path))
        await place.until(PLACES + 1)
        place.go_on.set()
        assert (await asking).status_code == 200


async def test_probes_are_answered_and_files_come_and_go() -> None:
    """A full process is neither dead nor unready: killed or left out, it would help nobody. Files have limits of their own."""
    async with crowded() as (place, stack):
        await place.filled(stack)
        for probe in ("/healthz", "/readyz"):
            assert (await place.http.get(probe)).status_code == 200
        sending = asyncio.create_task(place.http.post("/files/a", content=b"x"))
        await place.until(PLACES + 1)
        place.go_on.set()
        assert (await sending).status_code == 200


async def test_many_reads_of_one_request_have_its_place_together() -> None:
    """Who was let in with them is answered as a whole: none of them is sent away, though every place is taken, and one is one."""
    async with crowded() as (place, stack):
        [*_, first] = [
            asyncio.create_task(place.http.post("/work", content=b"{}")) for _ in range(PLACES - 1)
        ]
        stack.callback(place.go_on.set)
        await place.until(PLACES - 1)
        body = {"reads": [{"path": f"/work?n={number}"} for number in range(3)]}
        together = asyncio.create_task(place.http.post("/v1/reads", json=body))
        await place.until(PLACES - 1 + 3)
        assert (await place.http.get("/work")).status_code == 503
        place.go_on.set()
        assert [each["status"] for each in (await together).json()["answers"]] == [200] * 3
        assert (await first).status_code == 200


async def test_who_sends_slowly_or_reads_for_long_holds_no_place() -> None:
    """As many as there are places have not sent all of their body, as many again read on: others are answered meanwhile."""
    async with crowded() as (place, stack):
        finish = asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield b"{"
            await finish.wait()
            yield b"}"

        headers = {"content-length": "2"}
        slow = [
            asyncio.create_task(place.http.post("/work", content=slowly(), headers=headers))
            for _ in range(PLACES)
        ]
        for _ in range(PLACES):
            reading = await stack.enter_async_context(place.http.stream("GET", "/stream"))
            assert reading.status_code == 200
        await place.filled(stack)
        finish.set()
        answers = await asyncio.gather(*slow)
        assert {each.status_code for each in answers} == {503}, "they came when all places were taken"
        place.go_on.set()


async def test_a_place_is_given_back_whatever_becomes_of_it() -> None:
    """Faults, bodies that are too large and callers who go away take no place with them."""
    async with crowded() as (place, stack):
        for _ in range(PLACES + 1):
            assert (await place.http.get("/nowhere")).status_code == 404
            assert (await place.http.post("/work", content=b"x" * 101)).status_code == 413
        for _ in range(PLACES):
            with pytest.raises(httpx.ReadTimeout):
                await place.http.post("/work", content=b"{}", timeout=0.2)
        place.go_on.set()
        await place.until(0)
        place.go_on.clear()
        await place.filled(stack)
