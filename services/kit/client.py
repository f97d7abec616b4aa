"""Calls to other services: httpx over the aiohttp transport, one long-lived client per neighbour and process."""

import asyncio
import base64
import time
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp
import httpx
import structlog
from httpx_aiohttp import AiohttpTransport

from services.kit import errors
from services.kit.errors import Basis, Finding, Language, Refusal, Unavailable
from services.kit.frame import outgoing

log = structlog.get_logger(__name__)
KINDS: Mapping[int, type[Refusal]] = {
    400: errors.Invalid,
    401: errors.Unauthenticated,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
    413: errors.TooLarge,
    422: errors.RuleBroken,
    429: errors.TooMany,
    503: errors.Unavailable,
}
RENEW_BEFORE_SECONDS = 60
ASK_AGAIN_SECONDS = 2
FILE_SECONDS = 120
"""A report may be made before its first piece comes."""


class Neighbour:
    """Another service, called with the caller's own token, or with this service's."""

    def __init__(
        self,
        part: str,
        base_url: str,
        *,
        timeout: float = 10.0,
        transport: httpx.AsyncBaseTransport | None = None,
        identity: "ServiceIdentity | None" = None,
    ) -> None:
        self.part = part
        self._identity = identity
        self._client = httpx.AsyncClient(
            base_url=base_url,
            timeout=timeout,
            transport=transport or AiohttpTransport(),
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, path: str, *, as_service: bool = False, **params: Any) -> Any:
        """The JSON answer of a GET; None-valued parameters are left out."""
        given = {key: value for key, value in params.items() if value is not None}
        return await self.request("GET", path, params=given, as_service=as_service)

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
            Unavailable: the neighbour does not answer.
        """
        sent = {**outgoing.get(), **(headers or {})}
        patient = httpx.Timeout(FILE_SECONDS, connect=self._client.timeout.connect)
        try:
            asked = self._client.stream(method, path, content=content, headers=sent, timeout=patient)
            async with asked as answer:
                yield answer
        except (httpx.HTTPError, aiohttp.ClientError) as error:
            raise Unavailable(part=self.part) from error

    async def request(
        self,
        method: str,
        path: str,
        *,
        as_service: bool = False,
        headers: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> Any:
        """The JSON answer of any call.

        Raises:
            Refusal: what the neighbour refused, with its own code, message and basis.
            Unavailable: it does not answer, failed, or answered what is no JSON.
        """
        sent = {**outgoing.get(), **(headers or {})}
        if as_service:
            if self._identity is None:
                raise Unavailable(part="accounts")
            sent["authorization"] = f"Bearer {await self._identity.token()}"
        try:
            answer = await self._client.request(method, path, headers=sent, **kwargs)
        except (httpx.HTTPError, aiohttp.ClientError) as error:
            raise Unavailable(part=self.part) from error
        if not answer.is_success:
            raise refusal_of(answer, self.part)
        try:
            return answer.json() if answer.content else None
        except ValueError as error:
            raise Unavailable(part=self.part) from error


class ServiceIdentity:
    """This service's own token, from its name and secret, renewed before it ends."""

    def __init__(
        self,
        accounts_url: str,
        name: str,
        secret: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        credentials = base64.b64encode(f"{name}:{secret}".encode()).decode()
        self._headers = {"authorization": f"Basic {credentials}"}
        self._client = httpx.AsyncClient(
            base_url=accounts_url, timeout=5, transport=transport or AiohttpTransport()
        )
        self._token = ""
        self._renew_at = 0.0
        self._ends_at = 0.0
        self._lock = asyncio.Lock()

    async def token(self) -> str:
        """A token that is still good; the old one as long as it lasts while accounts does not answer.

        Raises:
            Unavailable: there is none, and accounts does not issue one now.
        """
        if time.monotonic() < self._renew_at:
            return self._token
        async with self._lock:
            if time.monotonic() >= self._renew_at:
                await self._renew()
        return self._token

    def forget(self, token: str) -> None:
        """Ask for another one next time: this one was refused."""
        if token == self._token:
            self._renew_at = self._ends_at = 0.0

    async def _renew(self) -> None:
        now = time.monotonic()
        try:
            issued = await self._issued()
        except Unavailable:
            if now >= self._ends_at:
                raise
            self._renew_at = min(now + ASK_AGAIN_SECONDS, self._ends_at)
            return
        self._token, lasts = issued
        self._ends_at = now + lasts
        self._renew_at = now + max(lasts - RENEW_BEFORE_SECONDS, lasts / 2)

    async def _issued(self) -> tuple[str, float]:
        """A fresh token, and for how many seconds it is good; whatever is wrong between two services is not the caller's fault."""
        try:
            answer = await self._client.post("/v1/service-tokens", headers=self._headers)
        except (httpx.HTTPError, aiohttp.ClientError) as error:
            raise Unavailable(part="accounts") from error
        if not answer.is_success:
            log.error("no service token", status=answer.status_code)
            raise Unavailable(part="accounts")
        try:
            told = answer.json()
            return str(told["access_token"]), float(told["expires_in"])
        except (ValueError, KeyError, TypeError) as error:
            raise Unavailable(part="accounts") from error

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()


def refusal_of(answer: httpx.Response, part: str) -> Refusal:
    """A neighbour's problem answer as the refusal it was; a bare failure as `Unavailable`."""
    kind = KINDS.get(answer.status_code)
    try:
        body = answer.json()
        code, message = str(body["code"]), str(body["message"])
    except (ValueError, KeyError, TypeError):
        return Unavailable(part=part)
    if kind is None:
        return Unavailable(part=part)
    return passed_on(kind, code, message, {"part": part, **body})


def passed_on(kind: type[Refusal], code: str, message: str, body: Mapping[str, Any]) -> Refusal:
    """A refusal that keeps the neighbour's code and words (already in the caller's language)."""

    class PassedOn(kind):  # type: ignore[valid-type,misc]
        def message(self, language: Language) -> str:
            del language
            return message

    PassedOn.code = code
    findings = [
        Finding(f["code"], f["message"], f["message"], f.get("field"), _basis(f))
        for f in body.get("findings", ())
    ]
    return PassedOn(field=body.get("field"), basis=_basis(body), findings=findings, part=body.get("part"))


def _basis(told: Mapping[str, Any]) -> tuple[Basis, ...]:
    return tuple(Basis(b["cite"], b["summary"]) for b in told.get("basis", ()))
