"""Messages are signed as Standard Webhooks asks, over id, time and the very bytes that are sent; the kind of key says how.

A shared secret (`whsec_`) signs by HMAC-SHA256 (`v1`), a private key by Ed25519 (`whsk_`, `v1a`) or by SM2 with SM3
(GB/T 32918.2, `sm2sk_`, `v1sm2`: DER of r and s, the user id of GM/T 0009).
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

import gmalg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

PREFIX = "whsec_"
KEY_BYTES = 24
"""The least that Standard Webhooks lets a shared secret have."""
OWN_KEY_BYTES = 32
PRIVATE_KEY_BYTES = 32
"""What a private key of either curve has."""
SM2_USER = b"1234567812345678"
"""The user id that GM/T 0009 sets where nobody agreed on another."""


def _shared(key: bytes, signed: bytes) -> bytes:
    return hmac.digest(key, signed, hashlib.sha256)


def _ed25519(key: bytes, signed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(key).sign(signed)


def _sm2(key: bytes, signed: bytes) -> bytes:
    public = gmalg.SM2().generate_pk(key)
    r, s = gmalg.SM2(key, SM2_USER, public).sign(signed)
    return encode_dss_signature(int.from_bytes(r), int.from_bytes(s))


Sign = Callable[[bytes, bytes], bytes]
SCHEMES: Mapping[str, tuple[str, Sign]] = MappingProxyType(
    {PREFIX: ("v1", _shared), "whsk_": ("v1a", _ed25519), "sm2sk_": ("v1sm2", _sm2)}
)
"""What marks a key -> the version of the signature, and how it is made; what is not marked is a shared secret."""


def headers(message_id: UUID | str, sent_at: int, body: bytes, *keys: str) -> dict[str, str]:
    """The headers by which a receiver knows the message, and that it is ours: one signature for each key."""
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": str(sent_at),
        "webhook-signature": " ".join(signature(message_id, sent_at, body, each) for each in keys),
    }


def signature(message_id: UUID | str, sent_at: int, body: bytes, key: str) -> str:
    """One signature with its version, in base64."""
    version, sign = SCHEMES[mark_of(key)]
    signed = f"{message_id}.{sent_at}.".encode() + body
    return f"{version},{base64.b64encode(sign(base64.b64decode(bare(key)), signed)).decode()}"


def mark_of(key: str) -> str:
    """What marks a key."""
    return next((mark for mark in SCHEMES if key.startswith(mark)), PREFIX)


def bare(key: str) -> str:
    """The base64 of a key, without what marks it as one."""
    return key.removeprefix(mark_of(key))


def require_key(key: str) -> None:
    """Refuse a key that cannot sign.

    Raises:
        ValueError: it is no base64, or not as long as its kind asks for.
    """
    length, shared = len(base64.b64decode(bare(key), validate=True)), mark_of(key) == PREFIX
    if length < KEY_BYTES if shared else length != PRIVATE_KEY_BYTES:
        raise ValueError(
            f"a shared secret has {KEY_BYTES} bytes at least, a private key {PRIVATE_KEY_BYTES}, in base64"
        )


def new_key() -> str:
    """A key that nobody can guess, in the form that the libraries of receivers take."""
    return PREFIX + base64.b64encode(secrets.token_bytes(OWN_KEY_BYTES)).decode()
