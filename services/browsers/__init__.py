"""What every answer tells browsers, unless it says otherwise itself: keep nothing, run nothing, show it in no frame, come by https."""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import MutableHeaders

POLICY = "content-security-policy"
GUARDED: Mapping[str, str] = MappingProxyType(
    {
        "cache-control": "no-store",
        POLICY: "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
        "referrer-policy": "no-referrer",
        "strict-transport-security": "max-age=31536000; includeSubDomains",
        "x-content-type-options": "nosniff",
    }
)


def guard(headers: MutableHeaders) -> None:
    """Say what an answer does not say; a page has a policy of its own, for it has to load something."""
    page = headers.get("content-type", "").startswith("text/html")
    for name, value in GUARDED.items():
        if not page or name != POLICY:
            headers.setdefault(name, value)
