"""What a credential says, if it is ours and unaltered: SD-JWT VC (typ dc+sd-jwt) and token status lists, by Ed25519 keys.

It is written against the formats alone and shares no code with what signs.
"""

import base64
import binascii
import hashlib
import json
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CREDENTIAL, STATUS_LIST = "dc+sd-jwt", "statuslist+jwt"
ALGORITHM = "Ed25519"
PARTS = 3
BITS_IN_BYTE = 8
LARGEST_LIST = 16 * 1024 * 1024


class Outcome(Enum):
    """What came of it: the command's exit code, and the words."""

    VALID = 0, "有效：签名无误", "valid"
    ALTERED = 1, "内容被改动或签名无效", "altered, or the signature is not good"
    REVOKED = (
        3,
        "签名无误，但证书已撤销、无效或已换发",
        "revoked: the signature is good, the certificate no longer in force",
    )
    UNKNOWN_KEY = (
        4,
        "签名密钥未知：不是本签发机关，或公钥文件需要更新",
        "unknown key: another issuer, or keys that are out of date",
    )
    UNREADABLE = 5, "不是职称证书电子凭证", "not a credential, or not one of this kind"
    UNCHECKED = (
        6,
        "签名无误，但所给状态列表不能用，未核对证书状态",
        "the signature is good; the status list given is of no use, so the standing is not checked",
    )

    def __init__(self, code: int, zh: str, en: str) -> None:
        self.code, self.zh, self.en = code, zh, en


class ListFault(Enum):
    """Why a status list says nothing of a certificate: no fault of the certificate."""

    ALTERED = "状态列表被改动或签名无效", "the status list is altered, or its signature is not good"
    UNKNOWN_KEY = "状态列表的签名密钥未知", "the status list is signed by an unknown key"
    UNREADABLE = "不是状态列表", "not a status list"
    ANOTHER = "不是该证书的状态列表", "not the status list of this certificate"
    OVER = "状态列表已过期，请重新下载", "the status list is over; fetch it again"

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en


class ListUnusable(Exception):
    """A status list cannot be relied on."""

    def __init__(self, fault: ListFault) -> None:
        self.fault = fault
        super().__init__(fault.en)


class Refused(Exception):
    """It does not verify."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome.en)


@dataclass(frozen=True, slots=True)
class Checked:
    """A credential that verifies: what it says, and whether a status list was at hand; if it was of no use, why."""

    outcome: Outcome
    claims: Mapping[str, Any]
    standing_checked: bool
    list_fault: ListFault | None = None


def check(credential: str, keys: Mapping[str, Any], status: str | None = None) -> Checked:
    """Verify a credential with a JWK set, and with a status list's token where one is given.

    Raises:
        Refused: altered, signed by an unknown key, or no credential at all.
    """
    claims = read_credential(credential, keys)
    if status is None:
        return Checked(Outcome.VALID, claims, standing_checked=False)
    try:
        outcome = Outcome.REVOKED if is_set(claims, status, keys) else Outcome.VALID
    except ListUnusable as unusable:
        return Checked(Outcome.UNCHECKED, claims, standing_checked=False, list_fault=unusable.fault)
    return Checked(outcome, claims, standing_checked=True)


def read_credential(credential: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of a credential with those of its disclosures."""
    signed, *disclosures = credential.strip().rpartition("#")[2].split("~")
    if not disclosures or disclosures.pop():  # what follows the last tilde would be a key binding
        raise Refused(Outcome.UNREADABLE)
    claims = read_signed(signed, CREDENTIAL, keys)
    digests, algorithm = claims.pop("_sd", []), claims.pop("_sd_alg", "sha-256")
    if algorithm != "sha-256" or not isinstance(digests, list):
        raise Refused(Outcome.UNREADABLE)
    for disclosure in disclosures:
        name, value = _opened(disclosure, digests)
        if name in claims:
            raise Refused(Outcome.ALTERED)
        claims[name] = value
    return claims


def is_set(claims: Mapping[str, Any], status: str, keys: Mapping[str, Any]) -> bool:
    """Whether a status list says that a credential no longer stands.

    Raises:
        ListUnusable: the list is altered, another one's, over, or too short.
    """
    try:
        told = read_signed(status.strip(), STATUS_LIST, keys)
        place = claims["status"]["status_list"]
        if told["sub"] != place["uri"]:
            raise ListUnusable(ListFault.ANOTHER)
        if told["exp"] < time.time():
            raise ListUnusable(ListFault.OVER)
        if told["status_list"]["bits"] != 1:
            raise ListUnusable(ListFault.UNREADABLE)
        unpacking = zlib.decompressobj()
        places = unpacking.decompress(_bytes(told["status_list"]["lst"]), LARGEST_LIST)
        return bool(places[place["idx"] // BITS_IN_BYTE] >> place["idx"] % BITS_IN_BYTE & 1)
    except Refused as refused:
        raise ListUnusable(ListFault[refused.outcome.name]) from refused
    except (KeyError, TypeError, IndexError, zlib.error) as error:
        raise ListUnusable(ListFault.UNREADABLE) from error


def read_signed(token: str, kind: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """What a signed token says, if it is of that kind and one of the keys has signed it."""
    parts = token.split(".")
    if len(parts) != PARTS:
        raise Refused(Outcome.UNREADABLE)
    header = _object(parts[0])
    if (header.get("typ"), header.get("alg")) != (kind, ALGORITHM) or "crit" in header:
        raise Refused(Outcome.UNREADABLE)
    key = next((each for each in keys.get("keys", ()) if each.get("kid") == header.get("kid")), None)
    if key is None or key.get("crv") != ALGORITHM:
        raise Refused(Outcome.UNKNOWN_KEY)
    try:
        public = Ed25519PublicKey.from_public_bytes(_bytes(key["x"]))
        public.verify(_bytes(parts[2]), f"{parts[0]}.{parts[1]}".encode())
    except (InvalidSignature, KeyError, ValueError) as error:
        raise Refused(Outcome.ALTERED) from error
    return _object(parts[1])


def _opened(disclosure: str, digests: list[Any]) -> tuple[str, Any]:
    """What a disclosure tells; it must be one of the credential's, and is told once."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(disclosure.encode()).digest()).decode().rstrip("=")
    if digest not in digests:
        raise Refused(Outcome.ALTERED)
    digests.remove(digest)
    told: Sequence[Any] = _json(disclosure)
    return str(told[1]), told[2]


def _object(told: str) -> dict[str, Any]:
    found = _json(told)
    if not isinstance(found, dict):
        raise Refused(Outcome.UNREADABLE)
    return found


def _json(told: str) -> Any:
    try:
        return json.loads(_bytes(told))
    except (ValueError, RecursionError) as error:
        raise Refused(Outcome.UNREADABLE) from error


def _bytes(told: str) -> bytes:
    """The bytes of base64url without padding, which has one spelling only."""
    try:
        content = base64.b64decode(told + "=" * (-len(told) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(Outcome.UNREADABLE) from error
    if base64.urlsafe_b64encode(content).decode().rstrip("=") != told:
        raise Refused(Outcome.ALTERED)
    return content
