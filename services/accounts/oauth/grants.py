"""The three grants: codes with proof of possession, refresh tokens used once, credentials of integrations."""

import hmac
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from authlib.oauth2.rfc6749 import InvalidRequestError, InvalidScopeError, grants
from authlib.oauth2.rfc7636 import CodeChallenge, create_s256_code_challenge
from authlib.oidc.core import OpenIDCode
from joserfc.jwk import OKPKey
from sqlalchemy.util import await_only

from services.accounts.installation import Desk
from services.accounts.oauth import issued, store
from services.accounts.oauth.issued import Grantor
from services.accounts.oauth.model import Code
from services.accounts.oauth.protocol import Asked, KnownClient, Server
from services.accounts.oauth.store import Held
from services.accounts.second_factor.states import AMR, How
from services.accounts.sign_in.schemas import AccountOut
from services.kit import audit
from services.kit.auth import Actor

WITH_OR_WITHOUT_SECRET = ["client_secret_basic", "client_secret_post", "none"]
LONGEST_NONCE = 255
ID_TOKEN_ALGORITHM = "EdDSA"  # noqa: S105 - a name


class Granting(Server):
    """The server with its grants."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.continued: Held | None = None
        self.given: UUID | None = None
        self.how = How.PASSWORD
        self.register_grant(CodeGrant, [ByS256(required=True), IdToken(self.desk)])
        self.register_grant(RefreshGrant)
        self.register_grant(CredentialsGrant)

    def generate_token(
        self,
        grant_type: str,
        client: KnownClient,
        user: AccountOut | None = None,
        scope: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        """The tokens of a grant; a person's are held by a session of the account's."""
        del grant_type, expires_in
        if user is None:
            return issued.for_client(self.desk, client.known, scope or "")
        return await_only(self._for_person(client, user, scope or "", refreshable=include_refresh_token))

    async def _for_person(
        self, client: KnownClient, user: AccountOut, scope: str, *, refreshable: bool
    ) -> dict[str, Any]:
        if self.continued is not None:
            self.given, how = self.continued.session.id, How(self.continued.session.how)
        else:
            rule, how = self.desk.policy.oauth.client_session, self.how
            self.given = await store.open_session(self.tx, user.id, rule, client.row.id, scope, how)
        grantor = Grantor(user, self.given, how)
        return await issued.for_person(
            self.tx, self.desk, client.known, grantor, scope, refreshable=refreshable
        )

    async def end_stolen(self, session_id: UUID | None, account_id: UUID, what: str) -> None:
        """End what a code or refresh token gave: it was used twice, so two hold it."""
        if session_id is not None:
            await store.end(self.tx, session_id, "REUSE")
        await audit.record(
            self.tx,
            actor=Actor(account_id, "person", "-"),
            action=f"oauth.{what}_REUSED",
            subject=f"account/{account_id}",
            moment=self.desk.moment,
            basis=(self.desk.policy.articles[self.desk.policy.oauth.article],),
        )


class ByS256(CodeChallenge):  # type: ignore[misc] # authlib is not typed
    """Proof Key for Code Exchange: always, and only by SHA-256 (OAuth 2.1, 7.5.2)."""

    SUPPORTED_CODE_CHALLENGE_METHOD: ClassVar[list[str]] = ["S256"]
    CODE_CHALLENGE_METHODS: ClassVar[dict[str, Any]] = {
        "S256": lambda verifier, challenge: hmac.compare_digest(
            create_s256_code_challenge(verifier), challenge
        )
    }

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Refuse a request without one."""
        told = grant.request.payload.data
        if not told.get("code_challenge") or told.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with code_challenge_method=S256 is required.")
        super().validate_code_challenge(grant, redirect_uri)


class IdToken(OpenIDCode):  # type: ignore[misc] # authlib is not typed
    """The ID token of a code that was asked for with `openid`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(require_nonce=False)
        self._desk = desk

    def exists_nonce(self, nonce: str, request: Asked) -> bool:
        """A nonce is the client's own to remember; here it is only bounded."""
        del request
        if len(nonce) > LONGEST_NONCE:
            raise InvalidRequestError("The nonce is too long.")
        return False

    def resolve_client_private_key(self, client: KnownClient) -> OKPKey:
        """The key that signs access tokens too."""
        del client
        return self._desk.installation.signer.id_token_key()

    def get_client_algorithm(self, client: KnownClient) -> str:
        """The name under which clients know Ed25519."""
        del client
        return ID_TOKEN_ALGORITHM

    def get_encode_header(self, client: KnownClient) -> dict[str, str]:
        """Which key it is."""
        return {"alg": ID_TOKEN_ALGORITHM, "kid": str(self.resolve_client_private_key(client).kid)}

    def get_client_claims(self, client: KnownClient) -> dict[str, Any]:
        """From us, for the client, for some minutes."""
        exp = int(time.time()) + self._desk.policy.oauth.id_token_minutes * issued.MINUTE
        return {"iss": self._desk.installation.issuer, "aud": [client.get_client_id()], "exp": exp}

    def generate_user_info(self, user: AccountOut, scope: str) -> dict[str, Any]:
        """Who it is."""
        return issued.claims_of(user, scope)


@dataclass(frozen=True, slots=True)
class KeptCode:
    """A code, as authlib asks about it."""

    row: Code

    @property
    def code_challenge(self) -> str:
        """What its verifier must fit."""
        return self.row.code_challenge

    @property
    def code_challenge_method(self) -> str:
        """The only way."""
        return "S256"

    def get_redirect_uri(self) -> str:
        """Where it was sent."""
        return self.row.redirect_uri

    def get_scope(self) -> str:
        """What was consented to."""
        return self.row.scope

    def get_nonce(self) -> str | None:
        """What the client put into the request."""
        return self.row.nonce

    def get_auth_time(self) -> int:
        """When its owner signed in."""
        at: datetime = self.row.signed_in_at
        return int(at.timestamp())

    def get_acr(self) -> None:
        """No classes of sign-in are told."""
        return

    def get_amr(self) -> list[str]:
        """How its owner signed in."""
        return AMR[How(self.row.how)].split()


class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc] # authlib is not typed
    """Codes: good once, for a minute, for one client, one redirect URI and one verifier."""

    TOKEN_ENDPOINT_AUTH_METHODS = WITH_OR_WITHOUT_SECRET
    server: Granting

    def generate_authorization_code(self) -> str:
        """A code that cannot be guessed."""
        return store.new_secret()

    def save_authorization_code(self, code: str, request: Asked) -> None:
        """Keep its digest and all it is bound to."""
        browser, told = self.server.browser, request.payload.data
        assert browser is not None, "nobody is signed in"
        values = {
            "client_id": request.client.row.id,
            "account_id": browser.account_id,
            "redirect_uri": told["redirect_uri"],
            "scope": request.scope,
            "nonce": told.get("nonce"),
            "code_challenge": told["code_challenge"],
            "signed_in_at": browser.at,
            "how": browser.how,
        }
        seconds = self.server.desk.policy.oauth.code_seconds
        await_only(store.add_code(self.server.tx, code, seconds, values))

    def query_authorization_code(self, code: str, client: KnownClient) -> KeptCode | None:
        """A code of the client's that is still good; one used before ends what it gave."""
        found = await_only(store.locked_code(self.server.tx, code, client.row.id))
        if found is None:
            return None
        row, expired = found
        if row.used_at is not None:
            await_only(self.server.end_stolen(row.session_id, row.account_id, "CODE"))
            return None
        return None if expired else KeptCode(row)

    def authenticate_user(self, authorization_code: KeptCode) -> AccountOut | None:
        """Whose it is."""
        self.server.how = How(authorization_code.row.how)
        return await_only(issued.account_of(self.server.tx, authorization_code.row.account_id))

    def delete_authorization_code(self, authorization_code: KeptCode) -> None:
        """Use it up; what it gave is remembered, for the day it comes again."""
        await_only(store.use_code(self.server.tx, authorization_code.row, self.server.given))


@dataclass(frozen=True, slots=True)
class HeldToken:
    """A refresh token, as authlib asks about it."""

    held: Held

    def check_client(self, client: KnownClient) -> bool:
        """Whether it was given to that client."""
        return self.held.session.client_id == client.row.id

    def get_scope(self) -> str:
        """What was consented to."""
        return self.held.session.scope or ""


class RefreshGrant(grants.RefreshTokenGrant):  # type: ignore[misc] # authlib is not typed
    """Refresh tokens: each good once; one that comes a second time ends the whole family."""

    TOKEN_ENDPOINT_AUTH_METHODS = WITH_OR_WITHOUT_SECRET
    INCLUDE_NEW_REFRESH_TOKEN = True
    server: Granting

    def authenticate_refresh_token(self, refresh_token: str) -> HeldToken | None:
        """A token of the client's that is still good."""
        held = await_only(store.locked_refresh_token(self.server.tx, refresh_token))
        if held is None or not HeldToken(held).check_client(self.request.client):
            return None
        if held.used and held.session.ended_at is None:
            await_only(self.server.end_stolen(held.session.id, held.session.account_id, "REFRESH_TOKEN"))
        self.server.continued = held
        return HeldToken(held) if held.good else None

    def authenticate_user(self, refresh_token: HeldToken) -> AccountOut | None:
        """Whose it is."""
        return await_only(issued.account_of(self.server.tx, refresh_token.held.session.account_id))

    def revoke_old_credential(self, refresh_token: HeldToken) -> None:
        """Use it up."""
        await_only(store.use_refresh_token(self.server.tx, refresh_token.held))


class CredentialsGrant(grants.ClientCredentialsGrant):  # type: ignore[misc] # authlib is not typed
    """An integration speaks for itself, within the scopes it was registered for."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar[list[str]] = ["client_secret_basic", "client_secret_post"]
    server: Granting

    def validate_token_request(self) -> None:
        """Refuse a scope that is not the client's, or that tells of people.

        Raises:
            InvalidScopeError: it is.
        """
        super().validate_token_request()
        asked = self.request.client.get_allowed_scope(self.request.payload.scope)
        if asked is None or set(asked.split()) & set(self.server.desk.policy.oauth.of_people):
            raise InvalidScopeError
