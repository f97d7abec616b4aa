"""An external issuer of identities, as its client sees it: discovery, keys, codes, ID tokens (OpenID Connect)."""

import asyncio
import hmac
import re
import time
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

import httpx
import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet

from services.accounts.oauth.errors import ExternalAway, ExternalRefused
from services.accounts.settings import Settings
from services.kit.auth import UNREADABLE

log = structlog.get_logger(__name__)
SCOPE = "openid profile"
ALGORITHMS = ["RS256", "ES256", "EdDSA", "Ed25519", "PS256", "ES384", "RS384", "RS512"]
"""Signatures only: a token that is merely authenticated with a shared secret, or not at all, is none."""
KEPT_SECONDS, AGAIN_SECONDS, CALL_SECONDS = 300.0, 1.0, 5.0
"""One asks at a time, and not again at once: an issuer that does not answer keeps each that signs in waiting."""
LOGGED = 300
SUBJECT = re.compile(r"[ -~]{1,255}")
"""Printable ASCII, as OpenID Connect says."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the issuer vouches for."""

    issuer: str
    subject: str
    found_by: str


class Issuer:
    """An external issuer: its addresses and keys, asked for when they are needed, and again after some minutes."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, claim: str) -> None:
        self.issuer = issuer
        self._client_id, self._client_secret, self._claim = client_id, client_secret, claim
        self._document: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._asked = float("-inf")
        self._lock = asyncio.Lock()

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """The one that the settings name; None where people sign in here.

        Raises:
            ValueError: an issuer without a client to be there.
        """
        if not settings.external_issuer:
            return None
        secret = settings.external_client_secret.get_secret_value()
        if not (settings.external_client_id and secret):
            raise ValueError("EXTERNAL_ISSUER needs EXTERNAL_CLIENT_ID and EXTERNAL_CLIENT_SECRET")
        return cls(
            settings.external_issuer, settings.external_client_id, secret, settings.external_subject_claim
        )

    async def address(self, state: str, nonce: str, verifier: str, callback: str) -> str:
        """Where the browser goes to sign in."""
        document = await self._known()
        address = prepare_grant_uri(
            document["authorization_endpoint"],
            client_id=self._client_id,
            response_type="code",
            redirect_uri=callback,
            scope=SCOPE,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return str(address)

    async def subject(self, code: str, nonce: str, verifier: str, callback: str, leeway: int) -> Subject:
        """Whom a code stands for: exchanged, and the ID token verified.

        Raises:
            ExternalAway: the issuer does not answer.
            ExternalRefused: the code is not good, or the ID token cannot be trusted.
        """
        document = await self._known()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "code_verifier": verifier,
        }
        proof = httpx.BasicAuth(quote(self._client_id, safe=""), quote(self._client_secret, safe=""))
        try:
            async with _http() as client:
                answer = await client.post(document["token_endpoint"], data=form, auth=proof)
            if answer.is_server_error:
                raise ExternalAway(part="external issuer")
            if answer.is_error:
                raise ValueError(f"the token endpoint refused: {answer.text[:LOGGED]}")
            return await self._verified(answer.json()["id_token"], nonce, leeway)
        except httpx.TransportError as error:
            raise ExternalAway(part="external issuer") from error
        except (httpx.HTTPError, *UNREADABLE) as error:
            raise ExternalRefused from error

    def names_itself(self, told: str | None) -> bool:
        """Whether an answer comes from this issuer, as far as it says (RFC 9207)."""
        if told is None:
            return not self._document.get("authorization_response_iss_parameter_supported")
        return told == self.issuer

    async def _verified(self, id_token: str, nonce: str, leeway: int) -> Subject:
        try:
            claims = self._claims(id_token, leeway)
        except UNREADABLE:  # perhaps a key that is newer than those known
            await self._known(fresh=True)
            claims = self._claims(id_token, leeway)
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if claims.get("azp", None if len(audience) > 1 else self._client_id) != self._client_id:
            raise ExternalRefused
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise ExternalRefused
        subject, found_by = claims["sub"], claims.get(self._claim, "")
        if not (isinstance(subject, str) and SUBJECT.fullmatch(subject) and isinstance(found_by, str)):
            raise ExternalRefused  # a subject that is cut off might be another's
        return Subject(self.issuer, subject, found_by)

    def _claims(self, id_token: str, leeway: int) -> dict[str, Any]:
        assert self._keys is not None
        told = jwt.decode(id_token, self._keys, algorithms=ALGORITHMS).claims
        registry = jwt.JWTClaimsRegistry(
            leeway=leeway,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        registry.validate(told)
        return told

    async def _known(self, *, fresh: bool = False) -> dict[str, Any]:
        if not fresh and self._document and time.monotonic() - self._asked < KEPT_SECONDS:
            return self._document
        async with self._lock:
            if time.monotonic() - self._asked > AGAIN_SECONDS:
                await self._ask()
                self._asked = time.monotonic()
        if self._keys is None:
            raise ExternalAway(part="external issuer")
        return self._document

    async def _ask(self) -> None:
        """Fetch document and keys; those known stay where it does not answer, or not as itself."""
        well_known = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            async with _http() as client:
                document = (await client.get(well_known)).raise_for_status().json()
                if document["issuer"] != self.issuer:
                    raise ValueError(f"it calls itself {str(document['issuer'])[:LOGGED]}")
                keys = (await client.get(document["jwks_uri"])).raise_for_status().json()
            self._document, self._keys = document, KeySet.import_key_set(keys)
        except (httpx.HTTPError, *UNREADABLE) as error:
            log.warning("external issuer does not answer", cause=repr(error))


def _http() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=CALL_SECONDS, trust_env=False, follow_redirects=False)
