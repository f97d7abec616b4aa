"""Algorithms by name, so that a key says which it is for and a digest by which it was made.

What seals is AES-256-GCM or SM4-GCM (GB/T 32907, GB/T 36624), what digests is SHA-256 or SM3 (GB/T 32905): OpenSSL's, as `cryptography`
has them. A key without a name is one of AES or SHA-256, as keys were before there was a choice.
"""

import base64
import binascii
from typing import Protocol

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TAG_BYTES = 16
SM4, SM3, SHA256 = "sm4", "sm3", "sha256"
STATED, BYTES = b"sm3:", 32
HASHES = {SHA256: hashes.SHA256(), SM3: hashes.SM3()}


class Seals(Protocol):
    """What encrypts so that a change is noticed."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """The ciphertext with its tag."""
        ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """What was encrypted.

        Raises:
            InvalidTag: altered, or of another key, nonce or `associated_data`.
            ValueError: too short to have been encrypted.
        """
        ...


class SM4GCM:
    """SM4 in Galois counter mode, with the face of `cryptography`'s AESGCM; a key has 16 bytes."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """The ciphertext with its tag."""
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """What was encrypted; the tag is compared in whole, before anything is given back."""
        if len(data) < TAG_BYTES:
            raise ValueError("shorter than a tag")
        body, tag = data[:-TAG_BYTES], data[-TAG_BYTES:]
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        plain = decryptor.update(body)
        return plain + decryptor.finalize()


def sealing(told: str) -> Seals:
    """The cipher of a key: base64 of 32 bytes for AES-256, `sm4:` and base64 of 16 bytes for SM4.

    Raises:
        ValueError: neither.
    """
    name, key = _named(told)
    if name == SM4:
        return SM4GCM(key)
    if name:
        raise ValueError(f"no cipher is called {name}")
    return AESGCM(key)


def keyed(told: str) -> "Keyed":
    """What digests with a key: base64 for HMAC-SHA-256, `sm3:` and base64 for HMAC-SM3.

    Raises:
        ValueError: neither.
    """
    name, key = _named(told)
    if name not in {"", SM3}:
        raise ValueError(f"no digest with a key is called {name}")
    return Keyed(key, name or SHA256)


class Keyed:
    """Digests that nobody makes without the key (HMAC)."""

    def __init__(self, key: bytes, name: str = SHA256) -> None:
        if not key:
            raise ValueError("the key is empty")
        self._made = hmac.HMAC(key, HASHES[name])

    def digest(self, data: bytes) -> bytes:
        """The digest of data, 32 bytes."""
        mac = self._made.copy()
        mac.update(data)
        return mac.finalize()


def digest(name: str, data: bytes) -> bytes:
    """The digest of data by an algorithm, which it states: 32 bytes of SHA-256, or `sm3:` and 32 bytes."""
    made = hashes.Hash(HASHES[name])
    made.update(data)
    return made.finalize() if name == SHA256 else name.encode() + b":" + made.finalize()


def algorithm_of(stated: bytes) -> str:
    """By what a digest was made."""
    return SM3 if len(stated) == len(STATED) + BYTES and stated.startswith(STATED) else SHA256


def _named(told: str) -> tuple[str, bytes]:
    name, _, key = told.rpartition(":")
    try:
        return name, base64.b64decode(key, validate=True)
    except (binascii.Error, TypeError) as error:
        raise ValueError("a key is base64") from error
