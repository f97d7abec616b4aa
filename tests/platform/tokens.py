"""Signed tokens for any actor, by a key made for this run and trusted by the apps under test."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from services.kit.auth import ALGORITHM, AUDIENCE, ISSUER, Node, Seat

LIFETIME_SECONDS = 900


class FixedKeys:
    """Keys at hand, that nobody has to be asked for."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    async def get(self, *, fresh: bool = False) -> KeySet:
        """The keys given."""
        del fresh
        return self._keys


@cache
def signing_key() -> OKPKey:
    """Return the run's private key."""
    return OKPKey.generate_key("Ed25519", {"kid": "test", "use": "sig", "alg": ALGORITHM})


def trusted() -> FixedKeys:
    """Return the public half, as the apps take it."""
    return FixedKeys(KeySet([OKPKey.import_key(signing_key().as_dict(private=False))]))


def node(kind: str, level: str, id: UUID | None = None) -> Node:
    """Return an organisation as lineages carry it."""
    return Node(id=id or uuid4(), kind=kind, level=level)


def seat(role: str, *lineage: Node) -> Seat:
    """Return `role` held at the last organisation of `lineage`, which starts at the root."""
    return Seat(role=role, organisation_id=lineage[-1].id, lineage=lineage)


def mint(
    seats: Sequence[Seat] = (),
    *,
    sub: UUID | None = None,
    name: str = "测试人员",
    kind: str = "person",
    person_id: UUID | None = None,
    expires_in: int = LIFETIME_SECONDS,
    key: OKPKey | None = None,
    **claims: object,
) -> str:
    """Return an access token that speaks for the described actor; further `claims` override."""
    now = int(time.time())
    content: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + expires_in,
        "jti": str(uuid4()),
        "sub": str(sub or uuid4()),
        "kind": kind,
        "name": name,
        "person_id": str(person_id) if person_id else None,
        "seats": [each.model_dump(mode="json") for each in seats],
    }
    signer = key or signing_key()
    return jwt.encode({"alg": ALGORITHM, "kid": signer.kid}, content | claims, signer, algorithms=[ALGORITHM])


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries `token`."""
    return {"Authorization": f"Bearer {token}"}
