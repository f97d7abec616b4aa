"""Calls to other services: httpx over the aiohttp transport, one long-lived client per neighbour and process."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from functools import partial
from http import HTTPStatus
from typing import Any, Self, TypeAlias

import aiohttp
import httpx
from pydantic_core import from_json

from services.kit import deadline, idempotency
from services.kit.deadline import DeadlineExceeded
from services.kit.errors import Refusal, Unavailable
from services.kit.frame import outgoing
from services.neighbours.breaker import Breaker, Call
from services.neighbours.identity import ServiceIdentity
from services.neighbours.refusals import refusal_of
from services.neighbours.requests import JSON, Requests, written
from services.neighbours.retries import MOST, Failure, How, Retries
from services.neighbours.transport import Transport

FILE_SECONDS = 120
"""A report may be made before its first piece comes."""
LOST = (httpx.HTTPError, aiohttp.ClientError)
Remembered: TypeAlias = Callable[[str, str], bool]
"""Whether what came of a write of that method and path is remembered by its idempotency key; some must leave no trace."""
SAFE = frozenset({"GET", "HEAD"})
ILL = frozenset({HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY})
"""What says, whatever the body tells, that it is the part that fails."""


class Neighbour:
    """Another service, called with the caller's own token, or with this service's.

    A call is waited for until the request's deadline, and no longer than `timeout`, a write than `writing`; the neighbour
    is told how long, and what it cannot finish by then it does not do.
    """

    def __init__(  # noqa: PLR0913 - each has its own default
        self,
        part: str,
        base_url: str,
        *,
        timeout: float = 10.0,
        writing: float | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        identity: ServiceIdentity | None = None,
        breaker: Breaker | None = None,
        retries: int = MOST,
        remembered: Remembered = lambda *_: True,
    ) -> None:
        self.part = part
        self.breaker = breaker
        self._timeout = timeout
        self._writing = timeout if writing is None else writing
        self._identity = identity
        self._retries = Retries(retries)
        self._remembered = remembered
        self._transport = transport or Transport()
        self._requests = Requests(base_url, timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._transport.aclose()

    async def get(self, path: str, *, as_service: bool = False, **params: Any) -> Any:
        """The JSON answer of a GET; None-valued parameters are left out."""
        given = {key: value for key, value in params.items() if value is not None}
        return await self.request("GET", path, params=given, as_service=as_service)

    async def ask(
        self,
        path: str,
        body: Any = None,
        *,
        as_service: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON answer of a POST that changes nothing: it may be sent again."""
        return await self.request("POST", path, json=body, as_service=as_service, headers=headers, safe=True)

    async def post(
        self,
        path: str,
        body: Any = None,
        *,
        as_service: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON answer of a POST."""
        return await self.request("POST", path, json=body, as_service=as_service, headers=headers)

    async def put(self, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None) -> Any:
        """The JSON answer of a PUT."""
        return await self.request("PUT", path, json=body, headers=headers)

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        content: AsyncIterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[httpx.Response]:
        """An answer whose body is read piece by piece, to a request whose body is sent so; whatever its status.

        Raises:
            Unavailable: the neighbour does not answer, or is not asked now.
            DeadlineExceeded: it did not begin to answer in time.
        """
        seconds = self._patience(FILE_SECONDS)
        sent = {**outgoing.get(), **(headers or {}), **deadline.passed_on(seconds)}
        asked = self._requests.made(method, path, sent, content, seconds=FILE_SECONDS)
        safe = content is None and self._may_come_again(method, path, sent)
        opened = await self._persistently(partial(self._opened, asked, brings=content is not None), safe)
        try:
            async with aclosing(opened) as answer:
                yield answer
        except LOST as error:
            raise Unavailable(part=self.part) from error

    async def request(
        self,
        method: str,
        path: str,
        *,
        as_service: bool = False,
        headers: Mapping[str, str] | None = None,
        safe: bool = False,
        params: Any = None,
        json: Any = None,
    ) -> Any:
        """The JSON answer of any call; a `safe` one may be sent again, as may one that is remembered by its idempotency key.

        Raises:
            Refusal: what the neighbour refused, with its own code, message and basis.
            Unavailable: it does not answer, failed, or answered what is no JSON; or it is not asked now.
            DeadlineExceeded: the request's time was over first.
        """
        sent = {**outgoing.get(), **(headers or {})}
        most = self._timeout if safe or method in SAFE else self._writing
        content = None if json is None else written(json)
        if content is not None:
            sent = {**JSON, **sent}
        asked = str(httpx.URL(path, params=params)) if params else path
        once = partial(self._asked, method, asked, sent, content, as_service, most)
        told = await self._persistently(once, safe or self._may_come_again(method, path, sent))
        try:
            return from_json(told.content) if told.content else None
        except ValueError as error:
            raise Unavailable(part=self.part) from error

    def _may_come_again(self, method: str, path: str, sent: Mapping[str, str]) -> bool:
        """Whether it changes nothing, or the neighbour knows it by its key."""
        return method in SAFE or (idempotency.HEADER in sent and self._remembered(method, path))

    async def _persistently(
        self, once: Callable[[], Awaitable[httpx.Response | Failure]], safe: bool
    ) -> httpx.Response:
        """The answer to a call that is made again where it helps and is safe."""
        self._retries.earn()
        tried = 0
        while isinstance(told := await once(), Failure):
            tried += 1
            pause = self._retries.pause(told, tried, safe=safe)
            if pause is None:
                raise told.refusal from told.cause
            await asyncio.sleep(pause)
        return told

    async def _own_token(self) -> str:
        if self._identity is None:
            raise Unavailable(part="accounts")
        async with deadline.kept("accounts"):
            return await self._identity.token()

    async def _asked(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: bytes | None,
        as_service: bool,
        most: float,
    ) -> httpx.Response | Failure:
        """The answer to one call, or why there is none."""
        own = {"authorization": f"Bearer {await self._own_token()}"} if as_service else {}
        seconds = self._patience(most)
        whole = seconds >= most
        sent = {**headers, **own, **deadline.passed_on(seconds)}
        asked = self._requests.made(method, path, sent, content, seconds=most, whole=True)
        with self._called() as call:
            try:
                async with asyncio.timeout(seconds):
                    answer = await self._whole(asked)
            except TimeoutError as error:
                call.failed = whole or None
                late = Unavailable if whole else DeadlineExceeded
                return Failure(late(part=self.part), How.FINAL, error)
            except LOST as error:
                call.failed = True
                return Failure.lost(error, self.part)
            if answer.is_success:
                call.failed = False
                return answer
            if as_service and answer.status_code == HTTPStatus.UNAUTHORIZED:
                return self._token_refused(own, call)
            refusal = refusal_of(answer, self.part)
            call.failed = self._ill(answer, refusal, whole=whole)
            return Failure(refusal, self._how(answer, refusal))

    async def _whole(self, asked: httpx.Request) -> httpx.Response:
        """An answer that has been read."""
        answer = await self._transport.handle_async_request(asked)
        async with aclosing(answer):
            await answer.aread()
        return answer

    def _token_refused(self, own: Mapping[str, str], call: Call) -> Failure:
        """Our own token is no good there: its key was taken out, or accounts' clock was wrong. The caller's may well be."""
        if self._identity is not None:
            self._identity.forget(own["authorization"].removeprefix("Bearer "))
        call.failed = False
        return Failure(Unavailable(part=self.part), How.NOT_BEGUN)

    async def _opened(self, asked: httpx.Request, *, brings: bool) -> httpx.Response | Failure:
        """An answer that has begun, or why there is none; where a body broke off, it may be the caller who did so."""
        with self._called() as call:
            try:
                async with deadline.kept(self.part):
                    answer = await self._transport.handle_async_request(asked)
            except LOST as error:
                lost = Failure.lost(error, self.part)
                call.failed = not brings or lost.how is How.NOT_BEGUN or None
                return lost
            call.failed = answer.status_code in ILL or (None if answer.is_server_error else False)
            return answer

    def _patience(self, most: float) -> float:
        """The seconds that a call may take.

        Raises:
            DeadlineExceeded: none are left.
        """
        left = deadline.left()
        if left == 0:
            raise DeadlineExceeded(part=self.part)
        return most if left is None else min(most, left)

    @contextmanager
    def _called(self) -> Iterator[Call]:
        if self.breaker is None:
            yield Call()
            return
        with self.breaker.call() as call:
            yield call

    def _ill(self, answer: httpx.Response, refusal: Refusal, *, whole: bool) -> bool | None:
        """Whether an answer says that the part fails: not that it is busy, lacks another part, or had too little time."""
        own = refusal.params.get("part") == self.part
        if answer.status_code == HTTPStatus.GATEWAY_TIMEOUT:
            return own if whole else None
        unavailable = (
            answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE and refusal.code == Unavailable.code
        )
        return answer.status_code in ILL or (own and unavailable)

    def _how(self, answer: httpx.Response, refusal: Refusal) -> How:
        """Whether the part itself asks to come again: where another one does, it has been asked again already."""
        own = refusal.params.get("part") == self.part
        busy = answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE and "seconds" in refusal.params
        return How.BUSY if busy and own else How.FINAL
