"""A directory of routes finds the one that FastAPI finds by looking at all of them, and leaves to it what none answers."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Scope

from docs.openapi_apps import applications
from services.routing.directory import Directory, directed

ROOT = Path(__file__).parents[2]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW")
KEY = "0197c9a2-7c1e-7000-8000-000000000000"


def routers() -> tuple[APIRouter, ...]:
    """Routes of every kind, which overlap: whichever stands first answers."""
    things = APIRouter(prefix="/things")

    @things.get("/new")
    async def new() -> str:
        return "new"

    @things.get("/{key:uuid}")
    async def by_key(key: UUID) -> str:
        return f"key {key}"

    @things.get("/{name}")
    @things.put("/{name}")
    async def by_name(name: str, request: Request) -> str:
        return f"{request.method} {name} {request.url_for('new')} {request.scope['route'].path_format}"

    @things.get("/{name}.pdf")
    async def paper(name: str) -> str:
        return f"never asked: {name} is a name"

    @things.get("/slash/")
    async def slash() -> str:
        return "slash"

    things.routes.extend(below())
    things.include_router(within())
    return (things,)


def below() -> list[BaseRoute]:
    """Those whose paths are longer; one takes any number of segments."""
    longer = APIRouter(prefix="/things")

    @longer.get("/new/late")
    @longer.get("/{name}/late")
    async def late(request: Request) -> str:
        return f"late {request.path_params}"

    @longer.get("/{number:int}/{rest:path}")
    async def rest(number: int, rest: str) -> str:
        return f"{number} {rest}"

    @longer.get("/{name}/a/b/c")
    async def never(name: str) -> str:
        return f"not asked where {name} is a number"

    return longer.routes


def within() -> APIRouter:
    """A router to be included."""
    inner = APIRouter(prefix="/inner")

    @inner.post("/{name}")
    @inner.get("/deep")
    async def deep(name: str = "-") -> str:
        return f"deep {name}"

    return inner


def plain() -> FastAPI:
    """The same without a directory."""
    app = FastAPI()
    for each in routers():
        app.router.routes.extend(each.routes)
    return app


def with_directory() -> FastAPI:
    """One that finds its routes by it."""
    app = FastAPI()
    directed(app, routers())
    return app


PATHS = (
    "/",
    "",
    "/things",
    "/things/",
    "/things/new",
    "/things/new/",
    "/things//",
    f"/things/{KEY}",
    f"/things/{KEY}/",
    "/things/a",
    "/things/a.pdf",
    "/things/a%2Fb",
    "/things/new%0A",
    "/things/new/late",
    "/things/a/late",
    "/things/a/late%0A",
    "/things/slash",
    "/things/slash/",
    "/things/7/a/b/c",
    "/things/late/a/b/c",
    "/behind/things/7/late",
    "/things/7/",
    "/things/x/a/b/c",
    "/things/inner/deep",
    "/things/inner/%E8%81%8C",
    "/mounted/a",
    "/mounted",
    "/openapi.json",
    "/docs",
)


@pytest.mark.parametrize("root_path", ["", "/behind"])
async def test_every_answer_is_what_it_would_be_without(root_path: str) -> None:
    """Status, address, methods allowed and body, for every method and kinds of paths, behind a prefix too."""
    answers = []
    for app in (plain(), with_directory()):
        app.router.routes.append(Mount("/mounted", routes=[Route("/a", PlainTextResponse("mounted"))]))
        transport = httpx.ASGITransport(app, root_path=root_path)
        async with httpx.AsyncClient(transport=transport, base_url="http://a") as http:
            await http.get("/things/a")  # a directory is read by now
            app.router.routes.insert(0, Route("/things/a/late", PlainTextResponse("later")))
            answers.append([_shown(await http.request(m, p)) for m in METHODS for p in PATHS])
    without, by_directory = answers
    assert by_directory == without
    assert {status for status, *_ in without} == {200, 307, 404, 405}


def _shown(answer: httpx.Response) -> tuple[int, str, str, str]:
    allowed = ", ".join(sorted(answer.headers.get("allow", "").split(", ")))
    return answer.status_code, answer.headers.get("location", ""), allowed, answer.text


@pytest.mark.parametrize("service", ["accounts", "workflow", "quota", "notifications"])
def test_every_route_of_a_service_is_found(service: str) -> None:
    """The first that answers in full, as by looking at all; none where there is none."""
    app = applications(ROOT)[service]
    directory = app.router.middleware_stack
    assert isinstance(directory, Directory)
    for path in sorted(set(_paths(app))):
        for method in ("GET", "POST", "PUT"):
            for way in (path, f"{path}/more"):
                found = directory.found(_scope(method, way))
                assert (found.routes if found else []) == _first(app, method, way), (method, way)


def _paths(app: FastAPI) -> Iterator[str]:
    for told in iter_route_contexts(app.routes):
        segments = str(told.path).split("/")
        for given in (KEY, "lookup"):
            yield "/".join(given if "{" in each else each for each in segments)


def _first(app: FastAPI, method: str, path: str) -> list[object]:
    answering = (each for each in app.routes if each.matches(_scope(method, path))[0] is Match.FULL)
    return [each for each in [next(answering, None)] if each is not None]


def _scope(method: str, path: str) -> Scope:
    return {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
