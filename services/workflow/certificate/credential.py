"""Signed credentials: what a certificate says, as a JWS that anyone verifies with the published keys.

Keys are Ed25519 JWKs in the setting CREDENTIAL_KEYS, a JSON list: the last one signs, all of them are published, so
that credentials signed by a retired key still verify.
"""

import json
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

ALGORITHM = "Ed25519"
CREDENTIAL_TYPE = "vc+jwt"
TALLY_TYPE = "tally+jwt"


class SignatureBroken(Exception):
    """Altered, or signed by a key that is not ours."""


class Signer:
    """Signs what the platform certifies, and publishes the keys to check it."""

    def __init__(self, keys: list[dict[str, Any]]) -> None:
        if not keys:
            raise ValueError("no key")
        self._keys = [OKPKey.import_key(key) for key in keys]
        self._current = self._keys[-1]
        if not all(key.kid and key.is_private and key.curve_name == ALGORITHM for key in self._keys):
            raise ValueError("a key without private part or kid, or of another curve")

    @classmethod
    def from_settings(cls, credential_keys: str) -> "Signer":
        """Read the keys.

        Raises:
            ValueError: not a JSON list of private Ed25519 keys, each with a `kid`.
        """
        try:
            return cls(json.loads(credential_keys or "[]"))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(
                "CREDENTIAL_KEYS must be a JSON list of private Ed25519 JWKs, each with a kid"
            ) from error

    def published(self) -> dict[str, Any]:
        """The public halves, as a JWK set."""
        return {"keys": [key.as_dict(private=False) | {"use": "sig", "alg": ALGORITHM} for key in self._keys]}

    def sign(self, claims: dict[str, Any], *, kind: str) -> str:
        """The claims as a compact JWS whose header names `kind` and the key."""
        header = {"alg": ALGORITHM, "kid": self._current.kid, "typ": kind}
        payload = json.dumps(claims, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return jws.serialize_compact(header, payload, self._current, algorithms=[ALGORITHM])

    def read(self, signed: str, *, kind: str) -> dict[str, Any]:
        """The claims of something we signed.

        Raises:
            SignatureBroken: altered, of another kind, or not ours.
        """
        try:
            token = jws.deserialize_compact(signed, KeySet(list(self._keys)), algorithms=[ALGORITHM])
        except (JoseError, ValueError) as error:
            raise SignatureBroken from error
        if token.headers().get("typ") != kind:
            raise SignatureBroken
        claims: dict[str, Any] = json.loads(token.payload or b"")
        return claims
