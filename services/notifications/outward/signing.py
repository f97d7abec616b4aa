"""Messages are signed as Standard Webhooks asks: an HMAC over id, time and the very bytes that are sent."""

import base64
import hashlib
import hmac
import secrets
from uuid import UUID

PREFIX = "whsec_"
KEY_BYTES = 24
"""The least that Standard Webhooks lets a key have."""
OWN_KEY_BYTES = 32


def headers(message_id: UUID | str, sent_at: int, body: bytes, *keys: str) -> dict[str, str]:
    """The headers by which a receiver knows the message, and that it is ours: one signature for each key."""
    signed = (f"v1,{signature(message_id, sent_at, body, key)}" for key in keys)
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": str(sent_at),
        "webhook-signature": " ".join(signed),
    }


def signature(message_id: UUID | str, sent_at: int, body: bytes, key: str) -> str:
    """The signature, in base64."""
    signed = f"{message_id}.{sent_at}.".encode() + body
    secret = base64.b64decode(bare(key))
    return base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def bare(key: str) -> str:
    """The base64 of a key, without what marks it as one."""
    return key.removeprefix(PREFIX)


def new_key() -> str:
    """A key that nobody can guess, in the form that the libraries of receivers take."""
    return PREFIX + base64.b64encode(secrets.token_bytes(OWN_KEY_BYTES)).decode()
