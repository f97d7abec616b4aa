"""Personal data at rest: AES-256-GCM per value, rotation by key id, search by a keyed blind index."""

import base64
import binascii
import hashlib
import hmac
import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class SealBroken(Exception):
    """A sealed value was altered, or its key is gone."""


class Sealer:
    """Seals and opens values; the key added last seals, every key known opens."""

    def __init__(self, keys: dict[str, bytes], index_key: bytes) -> None:
        if not keys or not index_key:
            raise ValueError("FIELD_KEYS and INDEX_KEY must be set")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._current = list(keys)[-1]
        self._index_key = index_key

    @classmethod
    def from_settings(cls, field_keys: str, index_key: str) -> "Sealer":
        """Read keys from their JSON and base64 forms.

        Raises:
            ValueError: a key is missing or not base64.
        """
        try:
            keys = {
                key_id: base64.b64decode(key, validate=True) for key_id, key in json.loads(field_keys).items()
            }
            return cls(keys, base64.b64decode(index_key, validate=True))
        except (binascii.Error, json.JSONDecodeError, AttributeError, TypeError) as error:
            raise ValueError("FIELD_KEYS must be JSON of base64 keys, INDEX_KEY base64") from error

    def seal(self, plain: bytes, *, context: str = "") -> bytes:
        """`key id` `:` nonce and ciphertext, bound to `context` (a column's name, a row's id)."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, plain, context.encode())
        return self._current.encode() + b":" + nonce + sealed

    def open(self, sealed: bytes, *, context: str = "") -> bytes:
        """What was sealed.

        Raises:
            SealBroken: altered, sealed for another context, or by a key no longer known.
        """
        key_id, _, rest = sealed.partition(b":")
        try:
            return self._ciphers[key_id.decode()].decrypt(
                rest[:NONCE_BYTES], rest[NONCE_BYTES:], context.encode()
            )
        except (KeyError, InvalidTag, ValueError) as error:
            raise SealBroken from error

    def seal_text(self, plain: str, *, context: str = "") -> bytes:
        """Seal a text."""
        return self.seal(plain.encode(), context=context)

    def open_text(self, sealed: bytes, *, context: str = "") -> str:
        """Open a text."""
        return self.open(sealed, context=context).decode()

    def index(self, value: str, *, context: str = "") -> bytes:
        """A keyed digest by which an exact value is found without being readable."""
        return hmac.digest(self._index_key, f"{context}\0{value}".encode(), hashlib.sha256)
