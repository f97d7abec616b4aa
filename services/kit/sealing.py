"""Personal data at rest: sealed per value, by the algorithm of the key; rotation by key id, search by a keyed blind index."""

import json
import os

from cryptography.exceptions import InvalidTag

from services import ciphers

NONCE_BYTES = 12


class SealBroken(Exception):
    """A sealed value was altered, or its key is gone."""


class Sealer:
    """Seals and opens values; the key added last seals, every key known opens."""

    def __init__(self, keys: dict[str, ciphers.Seals], index: ciphers.Keyed) -> None:
        if not keys:
            raise ValueError("FIELD_KEYS and INDEX_KEY must be set")
        self._ciphers, self._current, self._index = keys, list(keys)[-1], index

    @classmethod
    def from_settings(cls, field_keys: str, index_key: str) -> "Sealer":
        """Read keys from their JSON and base64 forms.

        Raises:
            ValueError: a key is missing, or is none.
        """
        try:
            keys = {key_id: ciphers.sealing(key) for key_id, key in json.loads(field_keys).items()}
            index = ciphers.keyed(index_key)
        except (AttributeError, TypeError, ValueError) as error:
            raise ValueError("FIELD_KEYS must be JSON of base64 keys, INDEX_KEY base64") from error
        return cls(keys, index)

    @property
    def mark(self) -> bytes:
        """How everything begins that the present key seals."""
        return self._current.encode() + b":"

    def seal(self, plain: bytes, *, context: str = "") -> bytes:
        """`key id` `:` nonce and ciphertext, bound to `context` (a column's name, a row's id)."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, plain, context.encode())
        return self.mark + nonce + sealed

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
        return self._index.digest(f"{context}\0{value}".encode())
