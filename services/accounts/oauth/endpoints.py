"""Revocation (RFC 7009) and introspection (RFC 7662) of what clients were given."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from joserfc import jwt
from joserfc.errors import JoseError
from sqlalchemy.util import await_only

from services.accounts.oauth import store
from services.accounts.oauth.grants import WITH_OR_WITHOUT_SECRET, Granting
from services.accounts.oauth.protocol import Asked, KnownClient
from services.accounts.sign_in.model import Session
from services.kit.auth import ALGORITHM, AUDIENCE, ISSUER


@dataclass(frozen=True, slots=True)
class OwnService:
    """One of the platform's own services, which may look at any token."""

    name: str


@dataclass(frozen=True, slots=True)
class Token:
    """A token that is held out: what it says, and whether it still stands."""

    kind: str
    claims: Mapping[str, Any]
    client_id: str | None
    session_id: UUID | None
    stands: bool

    def check_client(self, client: KnownClient) -> bool:
        """Whether it was given to that client."""
        return self.client_id == client.get_client_id()

    def is_expired(self) -> bool:
        """Whether it is over."""
        return not self.stands

    def is_revoked(self) -> bool:
        """The same."""
        return not self.stands


class Endpoints(Granting):
    """The server with all its endpoints."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)

    def authenticate_client(self, request: Asked, methods: Sequence[str], endpoint: str = "token") -> Any:
        """The client; for introspection one of our own services too, by its name and secret."""
        if endpoint == Introspection.ENDPOINT_NAME and (service := self._own_service(request)):
            return service
        return super().authenticate_client(request, methods, endpoint)

    async def token(self, told: str) -> Token | None:
        """A token we gave, of either kind."""
        held = await store.locked_refresh_token(self.tx, told)
        if held is not None:
            session = held.session
            about = {
                "sub": str(session.account_id),
                "scope": session.scope,
                "exp": int(held.expires_at.timestamp()),
            }
            return Token("refresh_token", about, str(session.client_id), session.id, held.good)
        claims = self._verified(told)
        if claims is None:
            return None
        session_id, client_id = claims.get("sid"), claims.get("client_id")
        return Token(
            "Bearer", claims, client_id, UUID(session_id) if session_id else None, await self._stands(claims)
        )

    async def _stands(self, claims: Mapping[str, Any]) -> bool:
        """Whether what an access token rests on has not ended: its session, or the client itself."""
        if session_id := claims.get("sid"):
            session: Session | None = await store.live_session(self.tx, UUID(session_id))
            return session is not None
        client_id = claims.get("client_id")
        return client_id is None or await store.known(self.tx, client_id) is not None

    def _verified(self, told: str) -> dict[str, Any] | None:
        checked = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
        )
        try:
            token = jwt.decode(told, self.desk.installation.signer.verifying(), algorithms=[ALGORITHM])
            checked.validate(token.claims)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return token.claims

    def _own_service(self, request: Asked) -> OwnService | None:
        try:
            name, secret = extract_basic_authorization(request.headers)
        except ValueError:
            return None
        kept = self.desk.installation.service_secrets.get(name or "")
        same = hmac.compare_digest((kept or "").encode(), (secret or "").encode())
        return OwnService(name) if kept and same else None


class Revocation(RevocationEndpoint):  # type: ignore[misc] # authlib is not typed
    """Ends the session that a token of the client's belongs to, and so every token of it."""

    CLIENT_AUTH_METHODS = WITH_OR_WITHOUT_SECRET
    server: Endpoints

    def check_params(self, request: Asked, client: KnownClient) -> None:
        """A token must be told; a hint is not needed to find it."""
        del client
        _needs_token(request)

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
        """The token."""
        del token_type_hint
        return await_only(self.server.token(token_string))

    def revoke_token(self, token: Token, request: Asked) -> None:
        """End it."""
        del request
        if token.session_id is not None:
            await_only(store.end(self.server.tx, token.session_id, "REVOKED"))


class Introspection(IntrospectionEndpoint):  # type: ignore[misc] # authlib is not typed
    """Tells a confidential client of its own tokens, and our services of any."""

    CLIENT_AUTH_METHODS: ClassVar[list[str]] = ["client_secret_basic", "client_secret_post"]
    server: Endpoints

    def check_params(self, request: Asked, client: KnownClient) -> None:
        """A token must be told; a hint is not needed to find it."""
        del client
        _needs_token(request)

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
        """The token."""
        del token_type_hint
        return await_only(self.server.token(token_string))

    def check_permission(self, token: Token, client: KnownClient | OwnService, request: Asked) -> bool:
        """Whether the caller may know of it."""
        del request
        return isinstance(client, OwnService) or token.check_client(client)

    def introspect_token(self, token: Token) -> dict[str, Any]:
        """What it is."""
        kept = ("sub", "scope", "exp", "iat", "jti", "aud", "name", "kind")
        told = {name: token.claims[name] for name in kept if name in token.claims}
        issuer = self.server.desk.installation.issuer
        return {"active": True, "token_type": token.kind, "client_id": token.client_id, "iss": issuer} | told


def _needs_token(request: Asked) -> None:
    if not request.form.get("token"):
        raise InvalidRequestError("Missing 'token' in request.")
