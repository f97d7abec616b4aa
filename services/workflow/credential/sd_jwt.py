"""SD-JWT (RFC 9901) in its compact form: `<signed>~<disclosure>~…~`; what is not handed on stays unknown.

A disclosure is a salt, a name and a value; the signed part holds its digest alone.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

TYPE = "dc+sd-jwt"
Sign = Callable[[dict[str, Any]], str]


def issue(
    claims: Mapping[str, Any], disclosable: Collection[str], salt_of: Callable[[str], bytes], sign: Sign
) -> str:
    """The claims signed, with a disclosure for each that is `disclosable`."""
    hidden = {name: _disclosure(salt_of(name), name, claims[name]) for name in claims if name in disclosable}
    plain = {name: value for name, value in claims.items() if name not in hidden}
    digests = sorted(digest(each) for each in hidden.values())
    signed = sign({**plain, "_sd": digests, "_sd_alg": "sha-256"})
    return "~".join((signed, *hidden.values(), ""))


def presented(credential: str, shown: Collection[str]) -> str:
    """The credential with only those disclosures whose claims are `shown`."""
    signed, *disclosures = credential.rstrip("~").split("~")
    kept = [each for each in disclosures if name_of(each) in shown]
    return "~".join((signed, *kept, ""))


def digest(disclosure: str) -> str:
    """How the signed part knows a disclosure."""
    return encoded(hashlib.sha256(disclosure.encode()).digest())


def name_of(disclosure: str) -> str:
    """The claim that a disclosure is of."""
    _, name, _ = json.loads(base64.urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)))
    return str(name)


def encoded(content: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _disclosure(salt: bytes, name: str, value: Any) -> str:
    told = json.dumps([encoded(salt), name, value], ensure_ascii=False, separators=(",", ":"))
    return encoded(told.encode())
