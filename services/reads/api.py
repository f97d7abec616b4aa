"""POST /v1/reads: what the gateway asks a service at one level of a query, in one request.

Each read goes through the whole application with the caller's own headers, so that it is authenticated, authorised,
limited, logged and answered as it would be alone. This route holds no transaction while they have theirs, and its place
among those who are worked on (services/admission) is theirs too. All have the time of the one request together: who comes
late has what is left, and nothing is read for a caller who is gone.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Annotated, Any
from urllib.parse import unquote

import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import Headers
from starlette.types import Message, Scope

from services.admission.gate import LET_IN
from services.kit import deadline
from services.kit.deadline import DeadlineExceeded
from services.kit.errors import NotFound
from services.kit.frame import REQUEST_ID
from services.kit.http import problem
from services.reads.contract import MOST, PATH
from services.reads.readable import only_reads

AT_ONCE = 4
"""How many of them run side by side: one request must not take all connections to the database."""
OF_THE_WHOLE = (
    *(b"content-", b"transfer-encoding", b"idempotency-key", b"if-", b"range"),
    *(REQUEST_ID.encode(), deadline.HEADER.encode()),
)
"""Headers, by their beginning, that speak of the request as a whole and not of each read, or are told anew."""

OF_THE_CONNECTION = "asgi", "http_version", "scheme", "server", "client", LET_IN

routes = APIRouter(tags=["reads"])


class ReadIn(BaseModel):
    """One read: a GET, or where it has a body, a POST that only reads."""

    model_config = ConfigDict(extra="forbid")

    path: Annotated[str, Field(pattern=r"^/[\x21-\x7e]+$")]
    """As it is written in an address, parameters too."""
    body: dict[str, Any] | None = None


class ReadsIn(BaseModel):
    """Several reads."""

    model_config = ConfigDict(extra="forbid")

    reads: Annotated[list[ReadIn], Field(min_length=1, max_length=MOST)]


@routes.post(PATH, include_in_schema=False)
async def reads(body: ReadsIn, request: Request) -> Response:
    """The answers in the order of the reads: of each its status, its body as it came, and when to come again."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def answered(read: ReadIn) -> bytes:
        async with turn:
            return await _answer(request, read)

    with deadline.begun(request.headers, request.app.state.settings.request_seconds):
        told = await asyncio.gather(*(asyncio.create_task(answered(each)) for each in body.reads))
    return Response(b'{"answers":[%s]}' % b",".join(told), media_type="application/json")


async def _answer(request: Request, read: ReadIn) -> bytes:
    app: FastAPI = request.app
    sent = b"" if read.body is None else orjson.dumps(read.body)
    scope = _scope(request, read, sent)
    heard: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": sent, "more_body": False}

    async def send(message: Message) -> None:
        heard.append(message)

    if deadline.left() == 0:
        await problem(request, DeadlineExceeded(part=app.state.service))(scope, receive, send)
    elif only_reads(app, scope["method"], scope["path"]):
        with suppress(Exception):  # what fails is logged and answered before it is raised
            await app(scope, receive, send)
    else:
        await problem(request, NotFound())(scope, receive, send)
    return _told(heard)


def _scope(request: Request, read: ReadIn, sent: bytes) -> Scope:
    path, _, query = read.path.partition("?")
    kept = [(name, value) for name, value in request.scope["headers"] if not name.startswith(OF_THE_WHOLE)]
    told = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(sent))] if sent else []
    known = {each: request.scope.get(each) for each in OF_THE_CONNECTION}
    return known | {
        "type": "http",
        "method": "POST" if sent else "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [*kept, *told, *_of_each(request)],
    }


def _of_each(request: Request) -> Iterator[tuple[bytes, bytes]]:
    """What every read is told: which request it belongs to, and how many milliseconds this one has left."""
    yield REQUEST_ID.encode(), request.state.request_id.encode()
    yield deadline.HEADER.encode(), b"%d" % max(1, (deadline.left() or 0) * 1000)


def _told(heard: Sequence[Message]) -> bytes:
    status, headers = (heard[0]["status"], Headers(raw=heard[0]["headers"])) if heard else (500, Headers())
    body = b"".join(each.get("body", b"") for each in heard[1:])
    is_json = headers.get("content-type", "").partition(";")[0].endswith("json")
    again = b',"retry_after":%s' % orjson.dumps(headers["retry-after"]) if "retry-after" in headers else b""
    return b'{"status":%d,"body":%s%s}' % (status, body if is_json and body else b"null", again)
