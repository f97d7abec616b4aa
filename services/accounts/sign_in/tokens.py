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


@dataclass(frozen=True, slots=True)
class Ring:
    """The private keys at one time: the first signs, all verify."""

    signing: OKPKey
    public: Sequence[dict[str, Any]]
    verifying: KeySet

    @classmethod
    def of(cls, text: str) -> "Ring":
        """Read keys from JSON: a JWK set, or a list of JWKs.

        Raises:
            ValueError: not JSON, or not private Ed25519 keys.
        """
        try:
            told = json.loads(text)
            keys = [OKPKey.import_key(key) for key in (told["keys"] if isinstance(told, dict) else told)]
        except (json.JSONDecodeError, binascii.Error, KeyError, TypeError, JoseError) as error:
            raise ValueError(f"SIGNING_KEYS cannot be read: {type(error).__name__}") from error
        if not keys:
            raise ValueError("SIGNING_KEYS holds no key")
        for key in keys:
            if not key.is_private:
                raise ValueError("SIGNING_KEYS holds a key without its private part")
            key.ensure_kid()
        public = [_nameless(key.as_dict(private=False)) for key in keys]
        return cls(keys[0], public, KeySet([OKPKey.import_key(dict(key)) for key in public]))


class Signer:
    """Signs tokens and knows who verifies them; its keys change while it works, all of them in one moment."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring

    @classmethod
    def of(cls, text: str) -> "Signer":
        """A signer with the keys of a text.

        Raises:
            ValueError: not JSON, or not private Ed25519 keys.
        """
        return cls(Ring.of(text))

    def take(self, text: str) -> list[str]:
        """Work with other keys from now on; their ids, that which signs first.

        Raises:
            ValueError: not JSON, or not private Ed25519 keys; the present keys stay.
        """
        self._ring = Ring.of(text)
        return [str(key["kid"]) for key in self._ring.public]

    async def get(self, *, fresh: bool = False) -> KeySet:
        """The public keys, for this service's own check of tokens."""
        del fresh
        return self._ring.verifying

    def jwks(self) -> dict[str, Any]:
        """The public keys, as published."""
        return {"keys": self._ring.public}

    def verifying(self) -> KeySet:
        """The public keys, for a check of what was signed here."""
        return self._ring.verifying

    def id_token_key(self) -> OKPKey:
        """The signing key, for ID tokens."""
        return OKPKey.import_key(_nameless(self._ring.signing.as_dict(private=True)))

    def sign(self, bearer: Bearer, seconds: int) -> str:
        """An access token good for `seconds` of real time."""
        now, key = int(time.time()), self._ring.signing
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
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


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
