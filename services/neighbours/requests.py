"""Requests to one address: what is alike in all of them is written once, and nothing is looked up that no neighbour needs.

httpx's own client also merges cookies, credentials and redirects into each, and parses its address again and again: half of
what a call cost.
"""

import json
from collections.abc import AsyncIterable, Mapping
from functools import lru_cache
from typing import Any

import httpx

from services.neighbours.transport import WHOLE

ALIKE = {
    "accept": "*/*",
    "accept-encoding": "gzip, deflate",
    "connection": "keep-alive",
    "user-agent": f"python-httpx/{httpx.__version__}",
}
"""What httpx's client says of itself where the caller says nothing."""
BRINGING = frozenset({"POST", "PUT", "PATCH"})
"""What says how long its body is, even if there is none."""
JSON = {"content-type": "application/json"}
ADDRESSES, LONGEST = 256, 256
"""So many are kept parsed, of so many characters: what asks for many things at once asks at one address, by POST."""
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class Requests:
    """Requests to what is at `base_url`; connecting may take `connecting` seconds."""

    def __init__(self, base_url: str, connecting: float) -> None:
        base = httpx.URL(base_url)
        self._base = str(base).rstrip("/")
        self._alike = {"host": base.netloc.decode(), **ALIKE}
        self._connecting = connecting
        self._known = lru_cache(ADDRESSES)(httpx.URL)

    def made(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: bytes | AsyncIterable[bytes] | None,
        *,
        seconds: float,
        whole: bool = False,
    ) -> httpx.Request:
        """One whose answer is waited for `seconds` at each step; where it is wanted `whole`, it comes at once."""
        patience = {"connect": self._connecting, "read": seconds, "write": seconds, "pool": seconds}
        sent = {**self._alike, **headers}
        brought: dict[str, Any] = {"content": content}
        if content is None or isinstance(content, bytes):
            if content is not None or method in BRINGING:
                sent["content-length"] = str(len(content or b""))
            brought = {"stream": httpx.ByteStream(content or b"")}
        return httpx.Request(
            method,
            self._address(f"{self._base}/{path.lstrip('/')}", whole=whole),
            headers=sent,
            extensions={"timeout": patience, WHOLE: whole},
            **brought,
        )

    def _address(self, told: str, *, whole: bool) -> httpx.URL:
        """None is kept that a caller makes as long as it likes, or that is itself the right to a file, which is not wanted whole."""
        return self._known(told) if whole and len(told) <= LONGEST and "?" not in told else httpx.URL(told)


def written(body: object) -> bytes:
    """A value as httpx writes it.

    Raises:
        ValueError: JSON has no way to write it.
    """
    return _encoded(body).encode()
