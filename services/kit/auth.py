"""Who is calling: every service verifies the signed token itself and denies unless allowed.

A seat is a role at one organisation. Scope is the organisation's subtree: a seat reaches whatever carries the seat's
organisation in its `lineage` (ids from the root down to the organisation that owns the thing).
"""

import asyncio
import hashlib
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

import httpx
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from services import clocks
from services.kit.errors import Forbidden, Unauthenticated, Unavailable

ISSUER = "titles/accounts"
AUDIENCE = "titles"
ALGORITHM = "Ed25519"
REFETCH_SECONDS, RETRY_SECONDS, KEPT_SECONDS = 2.0, 0.1, 300.0
READING, WRITING = "titles.read", "titles.write"
MOST_KNOWN = 1_000
"""So many tokens are known by the digest of them, those that were shown last."""
CLAIMED = clocks.Claims(
    iss={"essential": True, "value": ISSUER},
    aud={"essential": True, "value": AUDIENCE},
    exp={"essential": True},
    sub={"essential": True},
)
"""What every token of ours claims, and is looked at whenever one is shown: it may have expired since."""
UNREADABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What the library raises over a header that somebody made up; `"crit": 1` is a TypeError to it."""


class Node(BaseModel):
    """One organisation of a lineage."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    kind: str
    level: str
    nature: str | None = None
    industry: str | None = None


class Principal(BaseModel):
    """Somebody whose role another exercises for a while."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str


class Seat(BaseModel):
    """A role held at one organisation, by oneself or `on_behalf_of` another; `lineage` runs from the root down to it."""

    model_config = ConfigDict(frozen=True)

    role: str
    organisation_id: UUID
    lineage: tuple[Node, ...]
    on_behalf_of: Principal | None = None

    @property
    def organisation(self) -> Node:
        """The organisation the role is held at."""
        return self.lineage[-1]


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller, as the token tells."""

    id: UUID
    kind: Literal["person", "service", "integration"]
    name: str
    seats: tuple[Seat, ...] = ()
    person_id: UUID | None = None
    scope: frozenset[str] | None = None
    """What a third party's client may do in the caller's name; None: the platform's own sign-in, without limit."""

    def seat(self, *roles: str, within: Collection[UUID] | None = None) -> Seat | None:
        """The first seat with one of `roles` that reaches a thing whose lineage is `within` (anything when None)."""
        return next(
            (s for s in self.seats if s.role in roles and (within is None or s.organisation_id in within)),
            None,
        )

    def require(self, *roles: str, within: Collection[UUID] | None = None) -> Seat:
        """The same, or a refusal."""
        seat = self.seat(*roles, within=within)
        if seat is None:
            raise RoleMissing(roles="、".join(roles))
        return seat

    def named(self, organisation_id: UUID | None, role: str | None = None) -> str:
        """The caller's name for what is done with a role at an organisation; with the principal's where there is one."""
        held = (s for s in self.seats if s.organisation_id == organisation_id and role in {None, s.role})
        principal = getattr(next(held, None), "on_behalf_of", None)
        return f"{self.name}（代{principal.name}）"[:120] if principal else self.name

    @property
    def answering(self) -> frozenset[UUID]:
        """The caller's own account, and those of whoever the caller acts on behalf of anywhere."""
        return frozenset({self.id, *(s.on_behalf_of.id for s in self.seats if s.on_behalf_of)})

    def answers_for(self, account_id: UUID | None) -> bool:
        """Whether an account is the caller's own, or of someone on whose behalf the caller acts anywhere."""
        return account_id in self.answering

    def organisation_ids(self, *roles: str) -> list[UUID]:
        """Where the caller holds any of `roles` (any role when none is named); lists are limited by it."""
        return [s.organisation_id for s in self.seats if not roles or s.role in roles]


class RoleMissing(Forbidden):
    """None of the caller's seats may do this here."""

    code = "ROLE_MISSING"
    zh = "此项操作需要在相应机构担任以下角色之一：{roles}"
    en = "This needs one of these roles at the organisation concerned: {roles}."


class InsufficientScope(Forbidden):
    """The token was given to a client for less than this."""

    code = "INSUFFICIENT_SCOPE"
    zh = "该应用未获得此项操作的授权，所需授权范围：{scope}"
    en = "The client was not granted this. It needs the scope {scope}."


class ServiceOnly(Forbidden):
    """The endpoint is for the services among themselves."""

    code = "SERVICE_ONLY"
    zh = "此接口仅供系统内部服务调用"
    en = "Only the platform's own services may call this."


class TokenInvalid(Unauthenticated):
    """The bearer token is expired, forged, or from elsewhere."""

    code = "TOKEN_INVALID"
    zh = "登录已失效，请重新登录"
    en = "The token is expired or not ours. Sign in again or refresh it."


class _Claims(BaseModel):
    """What a token says of its bearer."""

    model_config = ConfigDict(extra="ignore")

    sub: UUID
    kind: Literal["person", "service", "integration"]
    name: str
    seats: tuple[Seat, ...] = ()
    person_id: UUID | None = None
    scope: str | None = None


class Keys(Protocol):
    """Where the public keys of the token signer come from."""

    async def get(self, *, fresh: bool = False) -> KeySet:
        """The keys known; `fresh` asks again because a token names an unknown one."""
        ...


class RemoteKeys:
    """Keys published by the signing service, kept while it is away, asked again at most every two seconds.

    They are asked again every five minutes too, so that a key that was retired is not trusted any longer.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: KeySet | None = None
        self._told: Any = None
        self._asked = float("-inf")
        self._lock = asyncio.Lock()

    async def get(self, *, fresh: bool = False) -> KeySet:
        """The keys known, fetched where none are known or `fresh` ones are asked for."""
        if self._keys is None or fresh or time.monotonic() - self._asked > KEPT_SECONDS:
            async with self._lock:
                await self._fetch()
        if self._keys is None:
            raise Unavailable(part="accounts")
        return self._keys

    async def _fetch(self) -> None:
        if time.monotonic() - self._asked < REFETCH_SECONDS:
            return
        self._asked = time.monotonic()
        try:
            async with httpx.AsyncClient(timeout=3, trust_env=False) as client:
                answer = await client.get(self._url)
                answer.raise_for_status()
                if (told := answer.json()) != self._told:  # the same set stays, with what it has verified
                    self._keys, self._told = KeySet.import_key_set(told), told
        except (httpx.HTTPError, JoseError, ValueError, TypeError, KeyError):
            self._asked += RETRY_SECONDS - REFETCH_SECONDS  # its next token may come from a key not known yet


class TokenVerifier:
    """Turns a bearer token into an actor, or refuses it.

    A signature is verified once for each token and set of keys; what a token claims, its time too, whenever it is shown.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._known: dict[bytes, tuple[dict[str, Any], Actor]] = {}
        self._known_by: KeySet | None = None

    async def verify(self, token: str) -> Actor:
        """The actor the token speaks for.

        Raises:
            TokenInvalid: expired, malformed, signed by another key, or for another audience.
            Unavailable: no key is known yet and the signing service does not answer.
        """
        try:
            return self._actor(token, await self._keys.get())
        except UNREADABLE:
            try:
                return self._actor(token, await self._keys.get(fresh=True))
            except UNREADABLE as error:
                raise TokenInvalid from error

    def _actor(self, token: str, keys: KeySet) -> Actor:
        if (
            keys is not self._known_by
        ):  # other keys came, and nothing that the former ones signed is known any more
            self._known, self._known_by = {}, keys
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        claims, actor = self._known.pop(digest) if digest in self._known else _read(token, keys)
        CLAIMED.validate(claims)
        self._known[digest] = claims, actor
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]  # the one that was not shown for longest
        return actor


def _read(token: str, keys: KeySet) -> tuple[dict[str, Any], Actor]:
    claims = jwt.decode(token, keys, algorithms=[ALGORITHM]).claims
    CLAIMED.validate(claims)
    return claims, actor_of(claims)


def actor_of(claims: dict[str, Any]) -> Actor:
    """The actor that verified claims describe."""
    try:
        told = _Claims.model_validate(claims)
    except ValidationError as error:
        raise TokenInvalid from error
    scope = None if told.scope is None else frozenset(told.scope.split())
    return Actor(told.sub, told.kind, told.name, told.seats, told.person_id, scope)


async def authenticate(request: Request) -> Actor | None:
    """The caller of a request; None without a token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    verifier: TokenVerifier = request.app.state.verifier
    return await verifier.verify(token.strip())


async def current_actor(request: Request) -> Actor:
    """The caller, who must be signed in."""
    actor: Actor | None = request.state.actor
    if actor is None:
        raise Unauthenticated
    return actor


async def current_service(request: Request) -> Actor:
    """The caller, which must be one of our own services."""
    actor = await current_actor(request)
    if actor.kind != "service":
        raise ServiceOnly
    return actor


async def perhaps_actor(request: Request) -> Actor | None:
    """The caller of a public endpoint, if signed in."""
    actor: Actor | None = request.state.actor
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]
CurrentService = Annotated[Actor, Depends(current_service)]
PerhapsActor = Annotated[Actor | None, Depends(perhaps_actor)]
