"""What the resolvers of one request share. It is built anew for each, and no loader outlives it."""

from collections.abc import Callable, Hashable
from typing import Any, TypeAlias, TypeVar

import strawberry
from fastapi import Request
from strawberry.dataloader import DataLoader
from strawberry.fastapi import BaseContext

from gateway.clients import PARTS, Part, Writing
from gateway.settings import GatewaySettings
from services.kit import idempotency
from services.kit.auth import Actor, authenticate
from services.kit.errors import Language, Unauthenticated
from services.kit.http import language_of

L = TypeVar("L", bound=DataLoader[Any, Any])


class Context(BaseContext):
    """The caller, the caller's language, the four parts, and the loaders of this request."""

    def __init__(self, request: Request, actor: Actor | None) -> None:
        super().__init__()
        self.settings: GatewaySettings = request.app.state.settings
        self.actor = actor
        self.language: Language = language_of(request)
        self.request_id: str = request.state.request_id
        self.idempotency_key: str | None = request.headers.get(idempotency.HEADER)
        self.base_url = (self.settings.public_url or str(request.base_url)).rstrip("/")
        self.writing = Writing()
        known = request.app.state.neighbours
        self.parts = {part: Part(known[part], self.writing) for part in PARTS}
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}

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

    def begin(self, key: str | None) -> None:
        """Begin the next mutation field, on behalf of the request's caller, whatever session the last one began."""
        if self.writing.token is not None:
            self.signed_in(None)
        self.writing.key = key

    def signed_in(self, token: str | None) -> None:
        """Ask for what lies below this mutation field with the token of the session it began."""
        self.writing.token = token
        self._loaders.clear()

    def loader(self, key: Hashable, make: Callable[[], L]) -> L:
        """The one loader of this request under `key`."""
        if key not in self._loaders:
            self._loaders[key] = make()
        return self._loaders[key]  # type: ignore[return-value]


Info: TypeAlias = strawberry.Info[Context, None]


async def context_of(request: Request) -> Context:
    """The context of a request; its token is verified here, before anything is asked of a service.

    Raises:
        TokenInvalid: the token is expired, forged or from elsewhere.
    """
    return Context(request, await authenticate(request))
