"""Keys that sign what the platform certifies: credentials, status lists, tallies; as JWS that anyone verifies.

Keys are Ed25519 JWKs in the setting CREDENTIAL_KEYS, a JSON list: the last one signs, all of them are published, so
that what a former key has signed still verifies. One that became known to others is taken out: nothing that it has
signed verifies any longer.
"""

import json
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

ALGORITHM = "Ed25519"
TALLY_TYPE = "tally+jwt"


class SignatureBroken(Exception):
    """Altered, or signed by a key that is not ours."""


class Signer:
    """Signs what the platform certifies, and publishes the keys to check it."""

    def __init__(self, keys: list[dict[str, Any]]) -> None:
        self._keys = _imported(keys)

    @classmethod
    def from_settings(cls, credential_keys: str) -> "Signer":
        """Read the keys.

        Raises:
            ValueError: not a JSON list of private Ed25519 keys, each with a `kid`.
        """
        return cls(_read(credential_keys))

    def take(self, credential_keys: str) -> list[str]:
        """Go on with other keys; their ids.

        Raises:
            ValueError: they cannot be used, and the present ones stay.
        """
        self._keys = _imported(_read(credential_keys))
        return [str(key.kid) for key in self._keys]

    def published(self) -> dict[str, Any]:
        """The public halves, as a JWK set."""
        return {"keys": [key.as_dict(private=False) | {"use": "sig", "alg": ALGORITHM} for key in self._keys]}

    def sign(self, claims: dict[str, Any], *, kind: str) -> str:
        """The claims as a compact JWS whose header names `kind` and the key."""
        current = self._keys[-1]
        header = {"alg": ALGORITHM, "kid": current.kid, "typ": kind}
        payload = json.dumps(claims, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return jws.serialize_compact(header, payload, current, algorithms=[ALGORITHM])

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


def _read(told: str) -> list[dict[str, Any]]:
    """The keys of a setting, looked through."""
    try:
        keys: list[dict[str, Any]] = json.loads(told or "[]")
        _imported(keys)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(
            "CREDENTIAL_KEYS must be a JSON list of private Ed25519 JWKs, each with a kid"
        ) from error
    return keys


def _imported(keys: list[dict[str, Any]]) -> list[OKPKey]:
    found = [OKPKey.import_key(key) for key in keys]
    if not found or not all(key.kid and key.is_private and key.curve_name == ALGORITHM for key in found):
        raise ValueError("no key, one without private part or kid, or of another curve")
    if len({key.kid for key in found}) < len(found):
        raise ValueError("two keys of one kid")
    return found
