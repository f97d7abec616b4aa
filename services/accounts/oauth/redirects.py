"""Where codes may be sent: which redirect URIs can be registered, and whether one that is asked for is registered.

Compared character by character (OAuth 2.1, 2.3.1). Only a loopback address may come with another port, because a native
app learns its port when it starts (RFC 8252, 7.3).
"""

import re
from collections.abc import Iterable

LONGEST = 500
LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?((?:[/?].*)?)")
WEB = re.compile(r"https://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:[/?].*)?")
PRIVATE = re.compile(r"[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:/.*")
PLAIN = re.compile(r"[!$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]+")
"""The characters of a URI, without the fragment's."""


def may_be_registered(uri: str, *, public: bool) -> bool:
    """Whether codes may be sent there; a private scheme (a reversed domain) only for an app that is installed."""
    if len(uri) > LONGEST or not PLAIN.fullmatch(uri):
        return False
    return bool(WEB.fullmatch(uri) or LOOPBACK.fullmatch(uri) or (public and PRIVATE.fullmatch(uri)))


def is_registered(uri: str, registered: Iterable[str]) -> bool:
    """Whether a URI that is asked for is one of those registered."""
    if len(uri) > LONGEST or not PLAIN.fullmatch(uri):
        return False
    return any(uri == each or _same_but_port(uri, each) for each in registered)


def proves_its_owner(uri: str) -> bool:
    """Whether only the client's owner receives what is sent there; any app can take a loopback port or a scheme."""
    return uri.startswith("https://")


def origin_of(uri: str) -> str:
    """What a content security policy calls the place: scheme and host, or the scheme alone."""
    scheme, _, rest = uri.partition(":")
    return (
        f"{scheme}://{re.split('[/?]', rest[2:], maxsplit=1)[0]}" if rest.startswith("//") else f"{scheme}:"
    )


def _same_but_port(uri: str, registered: str) -> bool:
    asked, known = LOOPBACK.fullmatch(uri), LOOPBACK.fullmatch(registered)
    return asked is not None and known is not None and asked.groups() == known.groups()
