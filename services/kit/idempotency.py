"""`Idempotency-Key`: the same key with the same body gives the same answer, in the same transaction as the write.

A second request with the key waits for the first one's commit (the unique index makes it wait), then reads its answer.
A stored answer is told again only after a commit of its own that wrote something (the locked row): where a standby has
to have what is acknowledged, it has the first request's write too then, even if that one's wait for it was cut short.
A refusal keeps nothing, so that the caller may mend the cause and use the key again.
"""

import hashlib
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Uuid,
    and_,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import plumbing
from services.kit.errors import Conflict, Invalid
from services.kit.sealing import Sealer

HEADER = "idempotency-key"
LONGEST = 120

idempotency_key = Table(
    "idempotency_key",
    plumbing,
    Column("owner", Uuid, primary_key=True),
    Column("key", String(LONGEST), primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", SmallInteger),
    Column("media_type", String(80)),
    Column("body", LargeBinary),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)


class KeyReused(Conflict):
    """The key was used for another request."""

    code = "IDEMPOTENCY_KEY_REUSED"
    zh = "该 Idempotency-Key 已用于另一个请求，请换用新的键"
    en = "This Idempotency-Key was used for another request. Use a new one."


class KeyInvalid(Invalid):
    """The key is empty or too long."""

    code = "IDEMPOTENCY_KEY_INVALID"
    zh = "Idempotency-Key 应为 1 至 {longest} 个字符"
    en = "An Idempotency-Key has 1 to {longest} characters."


async def claim(tx: AsyncSession, request: Request, owner: UUID, key: str, sealer: Sealer) -> Response | None:
    """Take the key for this request; the stored answer if it was answered before.

    Raises:
        KeyInvalid: the key is empty or longer than 120 characters.
        KeyReused: the key belongs to a request with another method, path, query or body.
    """
    if not 0 < len(key) <= LONGEST:
        raise KeyInvalid(longest=LONGEST, field=HEADER)
    fingerprint = await _fingerprint(request, sealer)
    mine = (
        insert(idempotency_key).values(owner=owner, key=key, fingerprint=fingerprint).on_conflict_do_nothing()
    )
    if (await tx.scalar(mine.returning(idempotency_key.c.key))) is not None:
        return None
    known = (await tx.execute(select(idempotency_key).where(_this(owner, key)).with_for_update())).one()
    if known.fingerprint != fingerprint:
        raise KeyReused(field=HEADER)
    body = sealer.open(known.body, context=key)
    return Response(body, known.status, {"idempotent-replay": "true"}, media_type=known.media_type)


async def keep(tx: AsyncSession, owner: UUID, key: str, response: Response, sealer: Sealer) -> None:
    """Remember the answer, sealed: it may hold what only its caller may read."""
    values = {
        "status": response.status_code,
        "media_type": response.headers.get("content-type", "application/json"),
        "body": sealer.seal(bytes(response.body), context=key),
    }
    await tx.execute(update(idempotency_key).where(_this(owner, key)).values(**values))


def _this(owner: UUID, key: str) -> ColumnElement[bool]:
    return and_(idempotency_key.c.owner == owner, idempotency_key.c.key == key)


async def _fingerprint(request: Request, sealer: Sealer) -> bytes:
    """A keyed digest of the request: a bare hash would let whoever reads the table guess numbers in the body."""
    query: bytes = request.scope["query_string"]  # as it came: it need not be text
    told = f"{request.method} {request.scope['path']}?".encode() + query + b"\n"
    return sealer.index(hashlib.sha256(told + await request.body()).hexdigest(), context="idempotency")
