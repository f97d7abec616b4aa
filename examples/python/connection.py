"""How the platform is reached: a token of our own, patience where it is asked for, and what went wrong as exceptions with codes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from functools import partial
from typing import Protocol, TypeVar, cast

import httpx
from titles_client import (
    GraphQLClientGraphQLMultiError,
    GraphQLClientHttpError,
    GraphQLClientInvalidResponseError,
    TitlesClient,
)
from titles_client.async_base_client import HttpClient

T = TypeVar("T")
TRIES = 5
PAUSE_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 60
LATER = {429, 503}
"""Nothing was carried out; `Retry-After` says when to come again."""
LOST = "NO_ANSWER"
"""Our own code: nobody knows whether it was carried out."""
PASSING = {LOST, "PART_UNAVAILABLE", "DEADLINE_EXCEEDED"}
log = logging.getLogger(__name__)


class NotAnswered(Exception):
    """A question that was not answered; `code` is one of the platform's catalogue of errors."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(f"{code}: {message}")


class ClientCredentials(httpx.Auth):
    """A system that speaks for its organisation: OAuth's client credentials, found by discovery, fetched anew when they end."""

    requires_response_body = True

    def __init__(self, issuer: str, client_id: str, secret: str, scope: str) -> None:
        self._issuer = issuer
        self._basic = httpx.BasicAuth(client_id, secret)
        self._form = {"grant_type": "client_credentials", "scope": scope}
        self._token = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The request with a token; once more with another where that was not good."""
        if not self._token:
            yield from self._fetch()
        request.headers["authorization"] = f"Bearer {self._token}"
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            yield from self._fetch()
            request.headers["authorization"] = f"Bearer {self._token}"
            yield request

    def _fetch(self) -> Generator[httpx.Request, httpx.Response, None]:
        found = yield httpx.Request("GET", f"{self._issuer}/.well-known/openid-configuration")
        asked = httpx.Request("POST", found.raise_for_status().json()["token_endpoint"], data=self._form)
        answer = yield next(self._basic.auth_flow(asked))
        self._token = answer.raise_for_status().json()["access_token"]


class Patient(httpx.AsyncBaseTransport):
    """Waits as long as it is told to, and asks again: whoever is throttled has changed nothing yet."""

    def __init__(self) -> None:
        self._wire = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, be it after a while."""
        for left in reversed(range(TRIES)):
            answer = await self._wire.handle_async_request(request)
            seconds = answer.headers.get("retry-after", "")
            waits = answer.status_code in LATER and seconds.isdigit() and int(seconds) <= LONGEST_WAIT_SECONDS
            if not left or not waits:
                return answer
            log.warning("told to wait %s s", seconds)
            await answer.aread()
            await asyncio.sleep(int(seconds))
        raise AssertionError

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()


def connected(url: str, auth: httpx.Auth) -> TitlesClient:
    """The generated client at the gateway of this address."""
    http = httpx.AsyncClient(auth=auth, transport=Patient(), timeout=30)
    return TitlesClient(
        f"{url}/graphql", http_client=cast(HttpClient, http)
    )  # its protocol takes json by position


async def answered(ask: Callable[[], Awaitable[T | None]]) -> T:
    """The answer to a question, or to an act with an idempotency key: asked again where it was lost, or a part is down.

    Raises:
        NotAnswered: with the code that the platform told.
    """
    for left in reversed(range(TRIES)):
        try:
            return await answered_at_once(ask)
        except NotAnswered as trouble:
            if not left or trouble.code not in PASSING:
                raise
            log.warning("asked again: %s", trouble)
        await asyncio.sleep(PAUSE_SECONDS)
    raise AssertionError


async def answered_at_once(ask: Callable[[], Awaitable[T | None]]) -> T:
    """The answer to what is sent once, such as an act without an idempotency key.

    Raises:
        NotAnswered: with the code that the platform told.
    """
    try:
        found = await ask()
    except httpx.TransportError as lost:
        raise NotAnswered(LOST, repr(lost)) from lost
    except httpx.HTTPStatusError as refused:
        raise _told_by(refused.response) from refused
    except GraphQLClientGraphQLMultiError as error:
        raise NotAnswered(str((error.errors[0].extensions or {}).get("code")), str(error)) from error
    except (GraphQLClientHttpError, GraphQLClientInvalidResponseError) as error:
        raise _told_by(error.response) from error
    if found is None:
        raise NotAnswered("NOT_FOUND", "there is none that we may see")
    return found


def _told_by(answer: object) -> NotAnswered:
    """What is told with another status than 200: by the gateway, by the authorization server, or by a proxy on the way."""
    assert isinstance(answer, httpx.Response)
    try:
        told = answer.json()
        if "error" in told:
            return NotAnswered(told["error"], told.get("error_description", ""))
        (first, *_) = told["errors"]
        return NotAnswered(first["extensions"]["code"], first["message"])
    except (ValueError, LookupError, TypeError):
        code = str(answer.status_code) if answer.is_client_error else LOST
        return NotAnswered(code, answer.reason_phrase)


class PageInfo(Protocol):
    """Where a page ends."""

    @property
    def has_next_page(self) -> bool:
        """Whether there is more."""

    @property
    def end_cursor(self) -> str | None:
        """After which cursor."""


class Page(Protocol):
    """A page of any list."""

    @property
    def page_info(self) -> PageInfo:
        """Where it ends."""


P = TypeVar("P", bound=Page)


async def pages(after: Callable[[str | None], Awaitable[P | None]]) -> AsyncIterator[P]:
    """Every page of a list, each asked for after the last one's cursor."""
    cursor: str | None = None
    while True:
        page = await answered(partial(after, cursor))
        yield page
        if not page.page_info.has_next_page:
            return
        cursor = page.page_info.end_cursor
