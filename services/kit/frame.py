"""What surrounds every request: its id, its language, the limit of its body, one log line, and no bare failure."""

import re
import time
from collections.abc import Mapping
from contextvars import ContextVar
from uuid import uuid4

import structlog
from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace
from prometheus_client import Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.browsers import guard
from services.kit.errors import TooLarge

log = structlog.get_logger(__name__)
REQUEST_ID = "x-request-id"
ID_SHAPE = re.compile(r"[A-Za-z0-9_.-]{8,64}")
CLIENT_GONE = 499
"""Logged as the status where nobody is left to answer."""
REQUESTS = Histogram(
    "titles_http_request_seconds",
    "Seconds that requests took, by method, template of the path, and status.",
    ("method", "route", "status"),
    buckets=(0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0),
)
QUIET = ("/healthz", "/readyz")
TELEMETRY: TelemetryConfig = {
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
    "exclude": lambda scope: scope["path"] in QUIET,
}
"""Of FastAPI's own telemetry the spans of requests alone, where traces are on at all; probes are none."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
FRESH = "x-fresh"  # of a caller who has just written: no list may be older than that (any value)
FORWARDED = ("authorization", "accept-language", "user-agent", FRESH)

outgoing: ContextVar[Mapping[str, str]] = ContextVar("outgoing", default={})  # noqa: B039 - never mutated
"""Headers that calls to other services carry on: the caller's token, language, device, address and request id.

One that is not ASCII is neither a token nor a language, and no call could carry it.
"""


class RequestFrame:
    """ASGI middleware around a service."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        service: str,
        max_body_bytes: int,
        streaming: tuple[str, ...] = (),
        links: tuple[str, ...] = (),
    ) -> None:
        self.app = app
        self.service = service
        self.limit = max_body_bytes
        self.streaming = streaming
        self.unlogged = (*streaming, *links)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Frame one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        before = outgoing.get()  # of whoever called in the same task, where services share a process
        request_id = self._enter(scope)
        started, status = time.perf_counter(), 500

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                guard(headers := MutableHeaders(scope=message))
                headers[REQUEST_ID] = request_id
            await send(message)

        try:
            await self._within_limit(scope, receive, send_framed)
        except ClientDisconnect:
            status = CLIENT_GONE
        finally:
            outgoing.set(before)
            took = time.perf_counter() - started
            method = scope["method"] if scope["method"] in METHODS else "OTHER"
            REQUESTS.labels(method, template_of(scope), status).observe(took)
            ms = round(took * 1000, 1)
            log.info("request", method=scope["method"], path=self._path(scope), status=status, ms=ms)

    def _enter(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        request_id = named(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(service=self.service, request_id=request_id)
        told = ((name, headers.get(name)) for name in FORWARDED)
        carried = {name: value for name, value in told if value is not None and value.isascii()}
        came_from = {"x-forwarded-for": scope["client"][0]} if scope.get("client") else {}
        outgoing.set({**carried, **came_from, REQUEST_ID: request_id})
        return request_id

    def _path(self, scope: Scope) -> str:
        """The path as the log may show it: what follows some prefixes is a link, and the link is the right."""
        path: str = scope["path"]
        return next((f"{prefix}..." for prefix in self.unlogged if path.startswith(prefix)), path)

    async def _within_limit(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(self.streaming):
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length")
        if length is not None and (not (length.isascii() and length.isdigit()) or int(length) > self.limit):
            await self._too_large(scope, receive, send)
        elif length is not None or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self.app(scope, receive, send)
        elif (body := await self._read(Request(scope, receive))) is None:
            await self._too_large(scope, receive, send)
        else:
            await self.app(scope, replay(body, receive), send)

    async def _read(self, request: Request) -> bytes | None:
        """A body of unknown length, None once it passes the limit.

        Raises:
            ClientDisconnect: the caller went away before its end; half a body is no request.
        """
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > self.limit:
                return None
        return body

    async def _too_large(self, scope: Scope, receive: Receive, send: Send) -> None:
        from services.kit.http import problem

        answer = problem(Request(scope), TooLarge(limit=self.limit))
        await answer(scope, receive, send)


def named(headers: Headers) -> str:
    """The id of a request: the caller's own, or that of its trace; the span and the log line lead to each other."""
    given = headers.get(REQUEST_ID, "")
    span = trace.get_current_span()
    traced = span.get_span_context()
    own = trace.format_trace_id(traced.trace_id) if traced.is_valid else uuid4().hex
    request_id = given if ID_SHAPE.fullmatch(given) else own
    if traced.is_valid:
        span.set_attribute("titles.request_id", request_id)
        structlog.contextvars.bind_contextvars(trace_id=own)
    return request_id


def template_of(scope: Scope) -> str:
    """The template of the path that answers a request: there are as many as there are routes, however many ids."""
    prefixed = (scope.get("fastapi") or {}).get("effective_route_context")  # FastAPI's, of routers in routers
    return getattr(prefixed or scope.get("route"), "path_format", None) or "none"


def replay(body: bytes, receive: Receive) -> Receive:
    """What tells a body that was read already, and then goes on."""
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
