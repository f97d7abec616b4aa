"""The one HTTP client that leaves the platform.

A connection is opened only to an address that was judged at that very moment, on its socket, so that a name which
resolves otherwise the second time gains nothing. Redirects are not followed, proxies of the environment not asked,
cookies not kept; a call ends after its time, and of an answer no more is read than is kept.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLCertVerificationError
from time import monotonic
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport

from services.notifications.outward.address import AddressRefused, may_be_called

WAIT = "retry-after"
PLAIN = "identity"
MILLISECONDS = 1000
TOLD_AS_SUCH = (AddressRefused, SSLCertVerificationError)
NAMES_AT_ONCE = 64
"""Names that are asked for at the same time; beyond that receivers wait for each other."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: a status and the first of what was said, or in one word why nothing was."""

    status: int | None
    text: str
    ms: int
    error: str | None = None
    retry_after: float | None = None

    @property
    def received(self) -> bool:
        """Whether the other side has taken it."""
        return self.status is not None and httpx.codes.is_success(self.status)

    @property
    def why(self) -> str:
        """In one line what came of it."""
        return self.error or f"HTTP {self.status}: {self.text}"


class Names(AbstractResolver):
    """Resolves in threads of its own: who waits for a name server that never answers holds up nothing else of the process."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(NAMES_AT_ONCE, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name."""
        kind, flags = socket.SOCK_STREAM, socket.AI_ADDRCONFIG
        ask = partial(socket.getaddrinfo, host, port, family, kind, flags=flags)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=each,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for each, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Let go of the threads; one that waits still ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Judging(AbstractResolver):
    """A resolver of which a name that leads anywhere private has no address at all."""

    def __init__(self, names: AbstractResolver | None, *, own_machine: bool) -> None:
        self._names = names or Names()
        self._own_machine = own_machine

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name.

        Raises:
            AddressRefused: one of them is not public.
        """
        found = await self._names.resolve(host, port, family)
        for each in found:
            require(each["host"], own_machine=self._own_machine)
        return found

    async def close(self) -> None:
        """Give back what the resolver holds."""
        await self._names.close()


def require(host: str, *, own_machine: bool) -> None:
    """Refuse an address that may not be called.

    Raises:
        AddressRefused: it is not public.
    """
    if not may_be_called(host, own_machine=own_machine):
        raise AddressRefused("not a public address")


def guarded(*, own_machine: bool = False, names: AbstractResolver | None = None) -> httpx.AsyncBaseTransport:
    """A transport to addresses that strangers name; call it where an event loop runs."""

    def opened(info: Any) -> socket.socket:
        family, kind, protocol, _, address = info
        require(str(address[0]), own_machine=own_machine)
        return socket.socket(family, kind, protocol)

    connector = aiohttp.TCPConnector(
        ssl=httpx.create_ssl_context(trust_env=False),
        resolver=Judging(names, own_machine=own_machine),
        use_dns_cache=False,
        socket_factory=opened,
        limit=0,
    )
    session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
    return AiohttpTransport(client=session)


class Outward:
    """Posts messages to others."""

    def __init__(self, http: httpx.AsyncClient, *, seconds: float, kept: int) -> None:
        self._http = http
        self._seconds = seconds
        self._kept = kept

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post it once; whatever goes wrong is an answer too."""
        began = monotonic()
        try:
            async with asyncio.timeout(self._seconds):
                status, wait, text = await self._posted(url, body, headers)
        except Exception as error:  # noqa: BLE001 - whatever one address or answer causes, the next are tried
            return Answer(None, "", _since(began), error=_named(error))
        return Answer(status, text, _since(began), retry_after=_seconds_of(wait))

    async def _posted(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str | None, str]:
        async with self._http.stream("POST", url, content=body, headers=headers) as answer:
            first = await _first(answer, self._kept)
            return answer.status_code, answer.headers.get(WAIT), first.replace("\0", "")


@asynccontextmanager
async def outward(
    transport: httpx.AsyncBaseTransport, *, seconds: float, kept: int
) -> AsyncIterator[Outward]:
    """A client over a transport: `seconds` is a call's patience, `kept` how many bytes of an answer are read."""
    jar = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
    async with httpx.AsyncClient(
        transport=transport,
        timeout=seconds,
        follow_redirects=False,
        trust_env=False,
        cookies=jar,
        headers={"accept-encoding": PLAIN, "user-agent": "titles-webhooks/1"},
    ) as http:
        yield Outward(http, seconds=seconds, kept=kept)


async def _first(answer: httpx.Response, kept: int) -> str:
    """The first bytes; what comes packed, though nobody asked for it, is not unpacked, for it might have no end."""
    if answer.headers.get("content-encoding", PLAIN) != PLAIN:
        return ""
    read = b""
    async for piece in answer.aiter_bytes():
        read += piece
        if len(read) >= kept:
            break
    return read[:kept].decode(errors="replace")


def _since(began: float) -> int:
    return round((monotonic() - began) * MILLISECONDS)


def _named(error: BaseException) -> str:
    """A refused address and a certificate that is over or another's are told as such, wherever in the chain of causes they stand."""
    told = (kind for each in _causes(error) for kind in TOLD_AS_SUCH if isinstance(each, kind))
    return next(told, type(error)).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while error is not None and seen < 10:  # noqa: PLR2004 - a chain is short, and a circle ends here
        yield error
        inner = getattr(error, "os_error", None)
        error, seen = inner or error.__cause__ or error.__context__, seen + 1


def _seconds_of(wait: str | None) -> float | None:
    """`Retry-After`, in seconds from now: a number, or a date."""
    if wait is None:
        return None
    if wait.strip().isdecimal():
        return float(wait)
    with suppress(ValueError, OverflowError):
        told = parsedate_to_datetime(wait)
        return max((told - datetime.now(UTC)).total_seconds(), 0.0) if told.tzinfo else None
    return None
