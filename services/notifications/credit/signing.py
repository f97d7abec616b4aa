"""Messages are signed as Standard Webhooks asks: an HMAC over id, time and the very bytes that are sent."""

import base64
import hashlib
import hmac
from uuid import UUID

PREFIX = "whsec_"
KEY_BYTES = 24
"""The least that Standard Webhooks lets a key have."""


def headers(delivery_id: UUID | str, sent_at: int, body: bytes, key: str) -> dict[str, str]:
    """The headers by which a platform knows the message, and that it is ours."""
    return {
        "webhook-id": str(delivery_id),
        "webhook-timestamp": str(sent_at),
        "webhook-signature": f"v1,{signature(delivery_id, sent_at, body, key)}",
    }


def signature(delivery_id: UUID | str, sent_at: int, body: bytes, key: str) -> str:
    """The signature, in base64."""
    signed = f"{delivery_id}.{sent_at}.".encode() + body
    secret = base64.b64decode(bare(key))
    return base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def bare(key: str) -> str:
    """The base64 of a key, without what marks it as one."""
    return key.removeprefix(PREFIX)
