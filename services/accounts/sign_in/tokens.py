"""Access tokens: short-lived, signed with Ed25519; the public keys are published."""

import binascii
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from services.kit.auth import ALGORITHM, AUDIENCE, ISSUER, Seat
from services.kit.ids import new_id

SERVICE_TOKEN_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Bearer:
    """For whom a token speaks."""

    id: UUID
    kind: str
    name: str
    person_id: UUID | None = None
    seats: Sequence[Seat] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    """Further claims: the client and scope of a token that a third party uses."""


class Signer:
    """The private keys: the first signs, all verify, so that keys rotate without a pause."""

    def __init__(self, keys: Sequence[OKPKey]) -> None:
        if not keys:
            raise ValueError("SIGNING_KEYS holds no key")
        for key in keys:
            if not key.is_private:
                raise ValueError("SIGNING_KEYS holds a key without its private part")
            key.ensure_kid()
        self._key = keys[0]
        self._public = [_nameless(key.as_dict(private=False)) for key in keys]

    @classmethod
    def of(cls, text: str) -> "Signer":
        """Read keys from JSON: a JWK set, or a list of JWKs.

        Raises:
            ValueError: not JSON, or not private Ed25519 keys.
        """
        try:
            told = json.loads(text)
            keys = told["keys"] if isinstance(told, dict) else told
            return cls([OKPKey.import_key(key) for key in keys])
        except (json.JSONDecodeError, binascii.Error, KeyError, TypeError, JoseError) as error:
            raise ValueError(f"SIGNING_KEYS cannot be read: {type(error).__name__}") from error

    def jwks(self) -> dict[str, Any]:
        """The public keys, as published."""
        return {"keys": self._public}

    def verifying(self) -> KeySet:
        """The public keys, for this service's own check."""
        return KeySet([OKPKey.import_key(dict(key)) for key in self._public])

    def id_token_key(self) -> OKPKey:
        """The signing key, for ID tokens."""
        return OKPKey.import_key(_nameless(self._key.as_dict(private=True)))

    def sign(self, bearer: Bearer, seconds: int) -> str:
        """An access token good for `seconds` of real time."""
        now = int(time.time())
        claims = dict(bearer.more) | {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + seconds,
            "jti": str(new_id()),
            "sub": str(bearer.id),
            "kind": bearer.kind,
            "name": bearer.name,
            "person_id": str(bearer.person_id) if bearer.person_id else None,
            "seats": [seat.model_dump(mode="json") for seat in bearer.seats],
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self._key.kid}, claims, self._key, algorithms=[ALGORITHM])


def _nameless(key: dict[str, Any]) -> dict[str, Any]:
    """A key without the name of its algorithm: clients know it as EdDSA, newer ones as Ed25519."""
    return {name: value for name, value in key.items() if name != "alg"}


def service_id(name: str) -> UUID:
    """The id under which a service acts."""
    return uuid5(NAMESPACE_URL, f"urn:titles:service:{name}")


def secrets_of(text: str) -> Mapping[str, str]:
    """The services' secrets from JSON.

    Raises:
        ValueError: not JSON of names and secrets, or an empty secret.
    """
    try:
        told = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError("SERVICE_SECRETS cannot be read as JSON") from error
    if not isinstance(told, dict) or not all(isinstance(secret, str) and secret for secret in told.values()):
        raise ValueError('SERVICE_SECRETS must be JSON {"service name": "its secret"}')
    return told
