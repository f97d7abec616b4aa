"""The HTTP face of a service: the one place that knows status numbers, and the one transaction of a request."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, ClassVar, Generic, TypeVar

import asyncpg
import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.exceptions import HTTPException

from services.browsers import GUARDED
from services.kit import deadline, errors, idempotency
from services.kit.auth import READING, WRITING, InsufficientScope, TokenVerifier, authenticate
from services.kit.db import Database, is_outage, refusal_of
from services.kit.errors import Basis, Finding, Language, Refusal
from services.kit.frame import FRESH, REQUEST_ID, TELEMETRY, RequestFrame, outgoing
from services.kit.sealing import Sealer
from services.kit.settings import ServiceSettings
from services.routing.describing import DescribedLater
from services.routing.directory import directed
from services.routing.gathering import Gathering

log = structlog.get_logger(__name__)
PROBLEM = "application/problem+json"
STATUS: Mapping[type[Refusal], int] = {
    errors.NotFound: 404,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.RuleBroken: 422,
    errors.TooLarge: 413,
    errors.TooMany: 429,
    deadline.DeadlineExceeded: 504,
    errors.Unavailable: 503,
    Refusal: 400,
}
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
SCOPE = "x-scope"
READS = {SCOPE: READING}
"""The `openapi_extra` of a POST that only reads; else a client's token needs the scope of its method."""
OWN = {SCOPE: "-"}
"""The same of what no client may do in somebody's name: passwords, sessions, consents, other clients."""
SESSIONS = {"x-may-lag": "lagging", "x-only-tells": "telling"}
LAGS, TELLS = ({mark: True} for mark in SESSIONS)  # may lag: services/replicas; never writes: services/reads
T = TypeVar("T")


class BasisOut(BaseModel):
    """Where a decision rests."""

    model_config = ConfigDict(from_attributes=True)

    cite: str
    summary: str


class FindingOut(BaseModel):
    """One thing to mend."""

    code: str
    message: str
    field: str | None = None
    basis: list[BasisOut] = []


class Problem(BaseModel):
    """RFC 9457 problem with this platform's vocabulary."""

    type: str
    title: str
    status: int
    code: str
    message: str
    field: str | None = None
    basis: list[BasisOut] = []
    findings: list[FindingOut] = []
    part: str | None = None
    request_id: str | None = None


class Decided(BaseModel, Generic[T]):
    """The answer of every write: what came of it, and the articles it rests on."""

    record: T
    basis: list[BasisOut] = []


class Page(BaseModel, Generic[T]):
    """A page of a list; `next_cursor` is given back as `after`, None at the end."""

    items: list[T]
    next_cursor: str | None = None
    total: int | None = None


def decided(record: T, basis: Sequence[Basis] = ()) -> Decided[T]:
    """A write's answer."""
    return Decided(record=record, basis=[BasisOut(cite=b.cite, summary=b.summary) for b in basis])


def status_of(refusal: Refusal | type[Refusal]) -> int:
    """The HTTP status of a refusal, by its kind."""
    kind = refusal if isinstance(refusal, type) else type(refusal)
    return next(STATUS[base] for base in kind.__mro__ if base in STATUS)


def refusals(*kinds: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route, for its OpenAPI page."""
    told: dict[int | str, dict[str, Any]] = {}
    everywhere: tuple[type[Refusal], ...] = (errors.Unauthenticated, errors.Forbidden, errors.Invalid)
    for kind in (*kinds, *everywhere):
        entry = told.setdefault(status_of(kind), {"model": Problem, "description": ""})
        line = f"`{kind.code}`: {kind.en}"
        entry["description"] = f"{entry['description']}\n\n{line}".strip()
    return told


def language_of(request: Request) -> Language:
    """English where the caller prefers it, else Chinese."""
    return Language.preferred(request.headers.get("accept-language", ""))


class OneTransaction(Gathering, DescribedLater):
    """A route whose request is one transaction, committed before the answer leaves, or rolled back at the deadline.

    A commit that fails is therefore an error, never an answered success; and the answer of a write with an
    `Idempotency-Key` is kept in the very transaction that wrote.
    """

    keeps_answers: ClassVar[bool] = True

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()

        async def in_one_transaction(request: Request) -> Response:
            request.state.actor = actor = await authenticate(request)
            extra = self.openapi_extra or {}
            needed = extra.get(SCOPE) or (WRITING if request.method in WRITES else READING)
            if actor is not None and actor.scope is not None and needed not in actor.scope:
                raise InsufficientScope(scope=needed)
            if needed != READING or (actor is not None and actor.kind == "service"):
                outgoing.set({**outgoing.get(), FRESH: "1"})  # what a write or a service rests on is no older
            which = next((name for mark, name in SESSIONS.items() if mark in extra), "db")
            database: Database = getattr(request.app.state, which)
            async with deadline.of(request), database.begin() as tx:
                request.state.tx = tx
                key = None if which == "telling" else request.headers.get(idempotency.HEADER)
                if key is None or actor is None or request.method not in WRITES or not self.keeps_answers:
                    return await handle(request)
                sealer: Sealer = request.app.state.sealer
                answered = await idempotency.claim(tx, request, actor.id, key, sealer)
                if answered is not None:
                    return answered
                response = await handle(request)
                await idempotency.keep(tx, actor.id, key, response, sealer)
                return response

        return in_one_transaction


class OneTransactionUnremembered(OneTransaction):
    """The same for a write whose content must leave no trace under its owner: an `Idempotency-Key` is not looked at.

    The key's fingerprint is a hash of the body; where a body has few possible values, the hash gives it away.
    """

    keeps_answers = False


def router(*, prefix: str = "", tags: Sequence[str] = (), idempotent: bool = True) -> APIRouter:
    """A router whose routes each run in one transaction; with `idempotent=False` no key and no answer are kept."""
    route_class = OneTransaction if idempotent else OneTransactionUnremembered
    return APIRouter(prefix=prefix, tags=list(tags), route_class=route_class)


Ready = Callable[[FastAPI], Awaitable[str | None]]
"""A readiness check: None when ready, else what is missing."""


def create_app(  # noqa: PLR0913 - named parts of one application, each with its own default
    settings: ServiceSettings,
    *,
    service: str,
    title: str,
    description: str,
    routers: Sequence[APIRouter],
    verifier: TokenVerifier,
    ready: Mapping[str, Ready],
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
    streaming: Sequence[str] = (),
    links: Sequence[str] = (),
) -> FastAPI:
    """A service's application: database, token check, problem answers, request frame, health and readiness.

    `streaming` are path prefixes whose bodies are not limited by the frame (their routes count for themselves);
    after those of `links` a link follows too, which no log shows, and the limit holds. Only a caller hurries either.
    `lifespan` prepares what the service itself keeps on `app.state`; database and sealer are there before it.
    """

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        async with (
            Database(settings.async_database_url, **settings.pool) as app.state.db,
            lifespan(app) if lifespan else nullcontext(),
        ):
            yield

    app = FastAPI(title=title, description=description, version="1", lifespan=live, telemetry=TELEMETRY)
    app.state.settings, app.state.service = settings, service
    app.state.verifier = verifier
    app.state.ready = ready
    app.state.unhurried = (*streaming, *links)
    app.state.sealer = _sealer(settings)
    paths = {"streaming": tuple(streaming), "links": tuple(links)}
    app.add_middleware(RequestFrame, service=service, max_body_bytes=settings.max_body_bytes, **paths)
    answer_refusals(app)
    directed(app, routers)
    return app


def _sealer(settings: ServiceSettings) -> Sealer:
    keys, index_key = settings.field_keys.get_secret_value(), settings.index_key.get_secret_value()
    return Sealer.from_settings(keys, index_key)


def answer_refusals(app: FastAPI) -> None:
    """Turn whatever goes wrong into a problem answer."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _no_such_route)
    app.add_exception_handler(DBAPIError, _database_failed)
    app.add_exception_handler(OSError, _database_failed)
    app.add_exception_handler(asyncpg.InternalClientError, _database_failed)
    app.add_exception_handler(NoConnectionFree, _database_failed)
    app.add_exception_handler(Exception, _failed)


def problem(request: Request, refusal: Refusal, status: int | None = None) -> Response:
    """The problem answer of a refusal."""
    language = language_of(request)
    status = status or status_of(refusal)
    body = Problem(
        type=f"urn:titles:problem:{refusal.code.lower().replace('_', '-')}",
        title=type(refusal).__name__,
        status=status,
        code=refusal.code,
        message=refusal.message(language),
        field=refusal.field,
        basis=[BasisOut(**asdict(b)) for b in refusal.basis],
        findings=[
            FindingOut(
                code=f.code,
                message=f.message(language),
                field=f.field,
                basis=[BasisOut(**asdict(b)) for b in f.basis],
            )
            for f in refusal.findings
        ],
        part=refusal.params.get("part") if isinstance(refusal, errors.Unavailable) else None,
        request_id=getattr(request.state, "request_id", None),
    )
    headers = {**GUARDED, "content-language": language.value}
    if body.request_id is not None:  # a fault is answered outside the frame, which names it elsewhere
        headers[REQUEST_ID] = body.request_id
    if isinstance(refusal, InsufficientScope):
        headers["www-authenticate"] = f'Bearer error="insufficient_scope", scope="{refusal.params["scope"]}"'
    if "seconds" in refusal.params:
        headers["retry-after"] = str(refusal.params["seconds"])
    return Response(body.model_dump_json(exclude_none=True), status, headers, media_type=PROBLEM)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    actor = getattr(request.state, "actor", None)
    log.info("refused", code=error.code, account=str(actor.id) if actor else None)
    return problem(request, error)


class RequestMalformed(errors.Invalid):
    """A field is missing or not of its kind; each finding names one."""

    code = "REQUEST_MALFORMED"
    zh = "请求内容有误：{first}"
    en = "The request is malformed: {first}"


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = []
    for e in error.errors():
        field = ".".join(str(part) for part in e["loc"][1:]) or str(e["loc"][0])
        found.append(Finding("INVALID_FIELD", f"{field}：{e['msg']}", f"{field}: {e['msg']}", field))
    return problem(
        request,
        RequestMalformed(first=found[0].en, field=found[0].field, findings=found),
    )


async def _no_such_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return problem(request, errors.NotFound())
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return problem(request, MethodNotAllowed(), error.status_code)
    return problem(request, RequestMalformed(first=str(error.detail)), error.status_code)


class MethodNotAllowed(errors.Invalid):
    """The path exists and does not take this method."""

    code = "METHOD_NOT_ALLOWED"
    zh = "该路径不支持此请求方法"
    en = "This path does not take this method."


async def _database_failed(request: Request, error: Exception) -> Response:
    refusal = refusal_of(error) if isinstance(error, DBAPIError) else None
    if refusal is not None:
        log.info("refused by the database", code=refusal.code)
        return problem(request, refusal)
    if isinstance(error, DBAPIError) and not is_outage(error):
        return await _failed(request, error)
    log.error("database failed", exc_info=error)
    again: dict[str, Any] = {"seconds": errors.soon()} if isinstance(error, NoConnectionFree) else {}
    return problem(request, errors.Unavailable(part=request.app.state.service, **again))


class Fault(Refusal):
    """Our own failure; the request id leads to the log line."""

    code = "INTERNAL"
    zh = "系统内部错误，请凭请求编号联系运维人员"
    en = "An internal error. Give the request id to the operators."


async def _failed(request: Request, error: Exception) -> Response:
    log.error("request failed", exc_info=error)
    return problem(request, Fault(), 500)
