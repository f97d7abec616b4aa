"""A token status list: a bit per credential, 1 where it no longer stands; packed as verifiers take it."""

import zlib
from collections.abc import Iterable
from typing import Any

from services.workflow.credential.sd_jwt import encoded

TYPE = "statuslist+jwt"
MEDIA_TYPE = "application/statuslist+jwt"
BITS_IN_BYTE = 8
BEST = 9


def packed(size: int, invalid: Iterable[int]) -> str:
    """A list of `size` places in which those of `invalid` are set, compressed."""
    places = bytearray(size // BITS_IN_BYTE)
    for index in invalid:
        places[index // BITS_IN_BYTE] |= 1 << index % BITS_IN_BYTE
    return encoded(zlib.compress(bytes(places), BEST))


def claims(uri: str, lst: str, *, now: int, ttl: int, lasts: int) -> dict[str, Any]:
    """What a list's token says; its time is real time, for verifiers have no other."""
    return {
        "sub": uri,
        "iat": now,
        "exp": now + lasts,
        "ttl": ttl,
        "status_list": {"bits": 1, "lst": lst},
    }
