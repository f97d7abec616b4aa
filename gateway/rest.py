"""REST for integrations: `/api/<part>/v1/...` is passed on to a part's `/v1/...`, and its answer back, piece by piece."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx
import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.allowance import Allowance
from gateway.clients import PARTS
from gateway.context import client_of
from gateway.kept.reading import NEVER, Reading, known, named, tagged
from gateway.kept.rules import rule_of
from gateway.links import DOWN, UP, kept
from gateway.operations import FETCHED, PAGE, PREFIX, SENT, MethodUnknown, Operation, listed, published
from gateway.recent import Recent
from gateway.settings import GatewaySettings
from gateway.streams import GatewayEnds, Streams
from services.kit import deadline, idempotency
from services.kit.auth import authenticate
from services.kit.deadline import DeadlineExceeded
from services.kit.errors import NotFound, Refusal, Unavailable
from services.kit.http import MethodNotAllowed, language_of, problem
from services.neighbours.client import Neighbour

READING = frozenset({"GET", "OPTIONS"})
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
GIVEN = (*UP, "accept", "if-match", "if-none-match", "last-event-id", "range", idempotency.HEADER)
"""What of a request's headers a part is told, beside what every call carries on; nothing of one connection alone."""
TOLD = (*DOWN, "last-modified", "vary", "www-authenticate", "x-accel-buffering")
"""What of an answer's headers a caller is told."""
UNLESS_STREAMED = ("content-length",)
"""What is told anew of an answer that was read whole."""
VARYING = "accept-language, authorization"
AGAIN_SECONDS = 2
"""When to come again to a part that is down."""
ASKABLE = "%&=+/?:@!$'()*,;~-._[]"
"""What stays as it is in a query; anything else of it is escaped."""
rest = APIRouter(prefix=PREFIX, include_in_schema=False)


@rest.get("/openapi.json")
async def whole(request: Request) -> Response:
    """What integrations may call, of all parts."""
    return _document(request, None)


@rest.get("/{part}/openapi.json")
async def own(part: str, request: Request) -> Response:
    """What integrations may call of one part."""
    if part not in PARTS:
        raise NotFound
    return _document(request, part)


@rest.api_route("/{part}/{path:path}", methods=list(METHODS))
async def passed(part: str, path: str, request: Request) -> Response:
    """What a part answers, where the operation is listed."""
    try:
        operation, asked = listed().find(request.method, part, path)
    except MethodUnknown as unknown:
        answer = problem(request, MethodNotAllowed(), HTTPStatus.METHOD_NOT_ALLOWED)
        answer.headers["allow"] = unknown.allowed
        return answer
    try:
        client = await _paid(request, operation)
        with deadline.begun(request.headers, _seconds(request)):
            if (told := await _kept(request, part, operation, asked)) is not None:
                return told
            passed_on = partial(_passed, request, part, operation, asked)
            return await _noted(request, client, (part, asked), passed_on)
    except DeadlineExceeded:
        raise
    except Unavailable as away:
        again = away.params.get("seconds", AGAIN_SECONDS)
        raise Unavailable(part=away.params.get("part", part), seconds=again) from away


def _seconds(request: Request) -> float | None:
    """How long an answer may take to begin; files are made and judged as long as it takes."""
    settings: GatewaySettings = request.app.state.settings
    return None if request.scope["path"].startswith(FETCHED) else settings.request_seconds


async def _noted(
    request: Request, client: str, place: tuple[str, str], passed: Callable[[], Awaitable[Response]]
) -> Response:
    """Pass something on, and note what was written by whom and where, so that whoever wrote reads it."""
    recent: Recent = request.app.state.recent
    if request.method in READING:
        await recent.reads(client)
        return await passed()
    try:
        return await passed()
    finally:
        request.app.state.purging.wrote(*place)
        await recent.wrote(client)


async def _paid(request: Request, operation: Operation) -> str:
    """Take from the caller's allowance, which is the same that GraphQL takes from; whose it is.

    Raises:
        TokenInvalid: the token is expired, forged or from elsewhere; a part would say the same.
        Throttled: the caller has to wait.
    """
    allowance: Allowance = request.app.state.allowance
    client = client_of(request, await authenticate(request))
    await allowance.spend(client, operation.cost(request.query_params.get(PAGE)))
    return client


def _document(request: Request, part: str | None) -> Response:
    settings: GatewaySettings = request.app.state.settings
    told = published((settings.issuer_url or settings.accounts_url).rstrip("/"), part)
    headers = {"etag": told.etag, "cache-control": "public, max-age=300"}
    if known(request, told.etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(told.body, headers=headers, media_type="application/json")


async def _kept(request: Request, part: str, operation: Operation, path: str) -> Response | None:
    """What anybody is told who does not say who it is, from what is kept.

    None where that is not kept, or was refused: then it is passed on as it comes.
    """
    asked = request.query_params.multi_items()
    if request.method != "GET" or named(request) or rule_of(part, path) is None or operation.links:
        return None
    if not operation.asks.issuperset(name for name, _ in asked):
        return None
    state = request.app.state
    reading = Reading(state.purging.memory, state.settings.public_seconds, language_of(request))
    try:
        body = await reading.raw(state.neighbours[part], path, asked)
    except Unavailable:
        raise
    except Refusal:
        return None
    return tagged(request, body, "application/json", {**reading.headers, "vary": VARYING})


class Passed(StreamingResponse):
    """An answer on its way; what it comes from is closed however it ends."""

    def __init__(self, opened: AsyncExitStack, body: AsyncIterator[bytes], answer: httpx.Response) -> None:
        super().__init__(body, answer.status_code, _told(answer))
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        async with self._opened:
            await super().__call__(scope, receive, send)


async def _passed(request: Request, part: str, operation: Operation, path: str) -> Response:
    streams: Streams = request.app.state.streams
    neighbour: Neighbour = streams.notifications if operation.live else request.app.state.carriers[part]
    query = quote(request.scope["query_string"], safe=ASKABLE)
    asked = f"{path}?{query}" if query else path
    sent = await _body(request)
    async with AsyncExitStack() as opened:
        headers = kept(request.headers, GIVEN)
        opening = neighbour.stream(request.method, asked, content=sent, headers=headers)
        answer = await opened.enter_async_context(opening)
        if sent is None and not operation.links:
            pieces = _live(streams, answer) if operation.live else answer.aiter_raw()
            return Passed(opened.pop_all(), pieces, answer)
        body = _linked(await answer.aread(), answer, part, operation)
        return Response(body, answer.status_code, _told(answer, *UNLESS_STREAMED))


async def _body(request: Request) -> AsyncIterator[bytes] | None:
    """What a request brings: a file as it comes, anything else only once it is there; None: nothing."""
    if "transfer-encoding" not in request.headers and request.headers.get("content-length", "0") == "0":
        return None
    if not request.scope["path"].startswith(SENT):
        await request.body()  # `stream` tells it again
    return request.stream()


def _told(answer: httpx.Response, *without: str) -> dict[str, str]:
    """The headers that a caller is told."""
    told = kept(answer.headers, tuple(name for name in TOLD if name not in without))
    told.setdefault("cache-control", NEVER)
    if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        told.setdefault("retry-after", str(AGAIN_SECONDS))
    return told


async def _live(streams: Streams, answer: httpx.Response) -> AsyncIterator[bytes]:
    """An answer that lasts, until it ends or this process does; a caller goes on after the last event's id."""
    heard = answer.aiter_raw()
    try:
        while (piece := await streams.next_of(heard)) is not None:
            yield piece
    except GatewayEnds:
        return


def _linked(body: bytes, answer: httpx.Response, part: str, operation: Operation) -> bytes:
    """An answer whose links lead through the gateway."""
    if not operation.links or not answer.is_success or "json" not in answer.headers.get("content-type", ""):
        return body
    return orjson.dumps(_through(orjson.loads(body), f"{PREFIX}/{part}", operation.links))


def _through(value: Any, begin: str, names: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        return {
            name: f"{begin}{each}"
            if name in names and isinstance(each, str) and each.startswith("/v1/")
            else _through(each, begin, names)
            for name, each in value.items()
        }
    return [_through(each, begin, names) for each in value] if isinstance(value, list) else value
