"""What the resolvers of one request share. It is built anew for each, and no loader outlives it."""

from collections.abc import Callable, Hashable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, TypeAlias, TypeVar

import strawberry
from fastapi import Request
from starlette.requests import HTTPConnection
from strawberry.fastapi import BaseContext

from gateway.clients import PARTS, Part, Writing
from gateway.kept.reading import Reading
from gateway.plans import Loader
from gateway.recent import fresh
from gateway.settings import GatewaySettings
from gateway.streams import Streams
from services.kit import idempotency
from services.kit.auth import Actor, authenticate
from services.kit.errors import Language, Unauthenticated
from services.kit.frame import FORWARDED, REQUEST_ID, named, outgoing

L = TypeVar("L", bound=Loader[Any, Any])


class Context(BaseContext):
    """The caller, the caller's language, the four parts, and the loaders of this request."""

    def __init__(self, connection: HTTPConnection, actor: Actor | None) -> None:
        super().__init__()
        self.connection = connection
        self.settings: GatewaySettings = connection.app.state.settings
        self.actor = actor
        self.language = Language.preferred(connection.headers.get("accept-language", ""))
        self.request_id: str = connection.state.request_id
        self.idempotency_key: str | None = connection.headers.get(idempotency.HEADER)
        self.base_url = (self.settings.public_url or _base_url(connection)).rstrip("/")
        self.writing = Writing(self._wrote)
        self.reading = _reading(connection, self.language)
        self.streams: Streams = connection.app.state.streams
        known = connection.app.state.neighbours
        self.parts = {part: Part(known[part], self.writing, self.reading) for part in PARTS}
        self._loaders: dict[Hashable, Loader[Any, Any]] = {}

    @property
    def accounts(self) -> Part:
        """Organisations, people, sign-in, the online test."""
        return self.parts["accounts"]

    @property
    def workflow(self) -> Part:
        """Cycles, recommendations, declarations, committees, meetings, certificates."""
        return self.parts["workflow"]

    @property
    def quota(self) -> Part:
        """Annual forms, places, ratios."""
        return self.parts["quota"]

    @property
    def notifications(self) -> Part:
        """The inbox."""
        return self.parts["notifications"]

    @property
    def caller(self) -> Actor:
        """The caller, who must be signed in."""
        if self.actor is None:
            raise Unauthenticated
        return self.actor

    @property
    def client(self) -> str:
        """Whose allowance this spends: the account's, a stranger's by address."""
        return client_of(self.connection, self.actor)

    async def _wrote(self, part: str, path: str) -> None:
        """Let nobody be told what was before, least of all who wrote."""
        state = self.connection.app.state
        state.purging.wrote(part, path)
        await state.recent.wrote(self.client)

    def begin(self, key: str | None) -> None:
        """Begin the next mutation field, on behalf of the request's caller, whatever session the last one began.

        What the last one was told is forgotten: this one may change it.
        """
        self.signed_in(None)
        self.writing.key = key

    def signed_in(self, token: str | None) -> None:
        """Ask for what lies below this mutation field with the token of the session it began."""
        self.writing.token = token
        self.forget()

    def forget(self) -> None:
        """Ask anew for what was asked before: after a sign-in, below each mutation field, and below each event of a subscription."""
        self._loaders.clear()

    @property
    def over_socket(self) -> bool:
        """Whether this is a WebSocket's, which carries subscriptions only."""
        return bool(self.connection.scope["type"] == "websocket")

    def loader(self, key: Hashable, make: Callable[[], L]) -> L:
        """The one loader of this request under `key`."""
        if key not in self._loaders:
            self._loaders[key] = make()
        return self._loaders[key]  # type: ignore[return-value]


def client_of(connection: HTTPConnection, actor: Actor | None) -> str:
    """Whose allowance a request spends, by whichever API it comes."""
    if actor is not None:
        return f"account:{actor.id}"
    return f"address:{network_of(connection.client.host if connection.client else '')}"


def network_of(host: str) -> str:
    """An address as one stranger's; who has one of version 6 has its 2^64 neighbours too."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else host


Info: TypeAlias = strawberry.Info[Context, None]


async def context_of(connection: HTTPConnection) -> Context:
    """The context of a request; its token is verified here, before anything is asked of a service.

    That of a socket's caller is verified when it says who it is.

    Raises:
        TokenInvalid: the token is expired, forged or from elsewhere.
    """
    if connection.scope["type"] == "websocket":
        framed(connection)
        return Context(connection, None)
    assert isinstance(connection, Request)
    connection.state.actor = await authenticate(connection)
    context = Context(connection, connection.state.actor)
    await connection.app.state.recent.reads(context.client)
    return context


def framed(connection: HTTPConnection) -> None:
    """Give a socket what the frame gives a request: an id, and what calls to the parts carry on."""
    headers = connection.headers
    request_id = connection.scope.setdefault("state", {}).setdefault("request_id", named(headers))
    carried = {name: headers[name] for name in FORWARDED if name in headers and headers[name].isascii()}
    came_from = {"x-forwarded-for": connection.client.host} if connection.client else {}
    outgoing.set({**carried, **came_from, REQUEST_ID: request_id})
    fresh()  # who hears of something is shown nothing older


def _reading(connection: HTTPConnection, language: Language) -> Reading | None:
    """The public answers that a request reads; None where somebody says who asks, or may yet say so."""
    if connection.scope["type"] != "http" or "authorization" in connection.headers:
        return None
    state = connection.app.state
    reading = Reading(state.purging.memory, state.settings.public_seconds, language)
    connection.state.reading = reading
    return reading


def _base_url(connection: HTTPConnection) -> str:
    """Where links lead, over HTTP also where a socket is asked."""
    return str(connection.base_url).replace("ws", "http", 1)
