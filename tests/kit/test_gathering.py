"""What a route depends on is asked for as FastAPI asks for it: once each, in its order, and not at all after a refusal."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import APIRoute

from services.kit.errors import NotFound
from services.kit.http import answer_refusals
from services.routing.gathering import Gathering

ASKED: list[str] = []


async def caller(request: Request) -> str:
    ASKED.append("caller")
    if "x-caller" not in request.headers:
        raise NotFound
    return request.headers["x-caller"]


async def moment(request: Request) -> int:
    ASKED.append("moment")
    return len(request.url.path)


async def act(him: Annotated[str, Depends(caller)], when: Annotated[int, Depends(moment)]) -> tuple[str, int]:
    ASKED.append("act")
    return him, when


async def anew(request: Request) -> int:
    ASKED.append("anew")
    return len(ASKED)


async def call(
    done: Annotated[tuple[str, int], Depends(act)],
    him: Annotated[str, Depends(caller)],
    count: Annotated[int, Depends(anew, use_cache=False)],
) -> str:
    ASKED.append("call")
    return f"{done} {him} {count}"


async def narrowed(most: int, him: Annotated[str, Depends(caller)]) -> str:
    ASKED.append("narrowed")
    return f"{him} {most}"


async def lent(him: Annotated[str, Depends(caller)]) -> AsyncIterator[str]:
    ASKED.append("lent")
    yield him
    ASKED.append("given back")


@dataclass
class Desk:
    """A class that is made for each request."""

    him: Annotated[str, Depends(caller)]
    when: Annotated[int, Depends(moment)]


def application(route_class: type[APIRoute], *, included: bool) -> FastAPI:
    """Routes that depend on all kinds of things, as they stand or included."""
    routes = APIRouter(route_class=route_class)

    @routes.get("/plain/{number}")
    async def plain(
        number: int, done: Annotated[str, Depends(call)], him: Annotated[str, Depends(caller)]
    ) -> Any:
        return number, done, him

    @routes.get("/mixed", dependencies=[Depends(moment)])
    async def mixed(
        some: Annotated[str, Depends(narrowed)],
        desk: Annotated[Desk, Depends()],
        kept: Annotated[str, Depends(lent)],
        done: Annotated[tuple[str, int], Depends(act)],
        again: Annotated[int, Depends(anew, use_cache=False)],
    ) -> Any:
        return some, desk, kept, done, again

    app = FastAPI()
    answer_refusals(app)
    if included:
        app.include_router(routes)
    else:
        app.router.routes.extend(routes.routes)
    return app


@pytest.mark.parametrize("included", [False, True])
@pytest.mark.parametrize("there", [{"x-caller": "A"}, {}])
@pytest.mark.parametrize("path", ["/plain/1", "/plain/x", "/mixed?most=2", "/mixed?most=x", "/mixed"])
async def test_all_is_asked_as_fastapi_does(path: str, there: dict[str, str], included: bool) -> None:
    """Answers, and what was asked in which order, twice in a row; with a caller and without."""
    gathering, as_ever = (application(each, included=included) for each in (Gathering, APIRoute))
    assert await _asked(gathering, path, there) == await _asked(as_ever, path, there)


async def _asked(app: FastAPI, path: str, there: dict[str, str]) -> list[Any]:
    ASKED.clear()
    told: list[Any] = []
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://a", headers=there) as http:
        for _ in range(2):
            answer = await http.get(path)
            told += [answer.status_code, answer.json(), *ASKED]
            ASKED.clear()
    return told
