"""The audit log: append-only for the service's role, and hash-chained.

Rows are written inside the transaction they tell of, without waiting for each other. A sealer (in the relay) chains
committed rows every moment, under one lock per schema: so the chain costs the hot path nothing, and a row can no longer
be altered, removed or slipped in unnoticed once its link is written. `verify` walks the whole chain.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    LargeBinary,
    Row,
    String,
    Table,
    Uuid,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.ciphers import SHA256, algorithm_of, digest
from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.db import plumbing
from services.kit.errors import Basis
from services.kit.ids import first_id_of, made_at, new_id

GENESIS = b"\0" * 32
BATCH = 1000
LOOK_BACK = timedelta(minutes=1)
"""How long a transaction may take, clocks' differences included, for its lines to be chained at once."""

audit_log = Table(
    "audit_log",
    plumbing,
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column(
        "recorded_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
    ),
    Column("actor_id", Uuid),
    Column("actor_name", String(120), nullable=False),
    Column("organisation_id", Uuid),
    Column("action", String(80), nullable=False),
    Column("subject", String(160), nullable=False, index=True),
    Column("basis", JSONB, nullable=False),
    Column("detail", JSONB, nullable=False),
)

audit_chain = Table(
    "audit_chain",
    plumbing,
    Column("no", BigInteger, primary_key=True, autoincrement=False),
    Column("audit_id", Uuid, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False),
)


class ChainBroken(Exception):
    """The log was tampered with; `no` is the first link that does not fit."""

    def __init__(self, no: int, why: str) -> None:
        self.no = no
        super().__init__(f"audit chain broken at link {no}: {why}")


class Line(TypedDict):
    """Who did what, in which role, to which subject, on which basis; never personal data in `detail`."""

    actor: Actor | None
    action: str
    subject: str
    moment: Moment
    organisation_id: NotRequired[UUID | None]
    role: NotRequired[str | None]
    basis: NotRequired[Sequence[Basis]]
    detail: NotRequired[dict[str, Any] | None]


def row(**told: Unpack[Line]) -> dict[str, Any]:
    """One line of the log."""
    actor, organisation_id = told["actor"], told.get("organisation_id")
    return {
        "id": new_id(),
        "at": told["moment"].instant,
        "actor_id": actor.id if actor else None,
        "actor_name": actor.named(organisation_id, told.get("role")) if actor else "-",
        "organisation_id": organisation_id,
        "action": told["action"],
        "subject": told["subject"],
        "basis": [{"cite": b.cite, "summary": b.summary} for b in told.get("basis", ())],
        "detail": told.get("detail") or {},
    }


async def record(tx: AsyncSession, **told: Unpack[Line]) -> None:
    """Write a line inside the transaction it tells of."""
    await tx.execute(insert(audit_log), row(**told))


async def seal(
    tx: AsyncSession, *, everything: bool = False, looked: datetime | None = None, by: str = SHA256
) -> int | None:
    """Chain what was committed since, `by` an algorithm; how many links were added (at most 1,000 a call).

    Looks back a minute before the newest link, or before all was chained last (`looked`), so that its cost is that of
    the last minute's lines and not of the log, nor of a hundred thousand lines after which nothing happens. A line whose
    transaction took longer, or whose writer's clock is that much behind, is found with `everything`, which the relay asks
    for at its start and hourly. None: nothing was looked at, for another relay is sealing this schema.
    """
    alone = "pg_try_advisory_xact_lock(hashtext(current_schema() || '.audit_chain'))"
    awhile = "set_config('idle_in_transaction_session_timeout', '60s', true)"  # should our machine be gone
    if not await tx.scalar(select(text(alone)).select_from(text(awhile))):
        return None
    last = (await tx.execute(select(audit_chain).order_by(audit_chain.c.no.desc()).limit(1))).first()
    no, previous = (last.no, last.hash) if last else (0, GENESIS)
    chained = select(audit_chain.c.audit_id).where(audit_chain.c.audit_id == audit_log.c.id)
    unchained = select(audit_log).where(~chained.exists()).order_by(audit_log.c.id).limit(BATCH)
    if last and not everything:
        newest = max(made_at(last.audit_id), looked or datetime.min.replace(tzinfo=UTC))
        newest = min(newest, datetime.now(UTC))  # a clock may have been ahead
        unchained = unchained.where(audit_log.c.id >= first_id_of(newest - LOOK_BACK))
    links = []
    for line in (await tx.execute(unchained)).all():
        no, previous = no + 1, link(previous, line, by)
        links.append({"no": no, "audit_id": line.id, "hash": previous})
    if links:
        await tx.execute(insert(audit_chain), links)
    return len(links)


async def verify(tx: AsyncSession) -> int:
    """How many links were walked and found whole.

    Raises:
        ChainBroken: a line was altered or removed, or a link does not follow from the one before.
    """
    previous, expected = GENESIS, 1
    chained = select(audit_chain, audit_log).join_from(
        audit_chain, audit_log, audit_log.c.id == audit_chain.c.audit_id, isouter=True
    )
    result = await tx.stream(chained.order_by(audit_chain.c.no))
    async for line in result:
        if line.no != expected:
            raise ChainBroken(expected, "a link is missing")
        if line.id is None:
            raise ChainBroken(line.no, "its line was removed")
        previous = link(previous, line, algorithm_of(line.hash))
        if previous != line.hash:
            raise ChainBroken(line.no, "its line was altered")
        expected += 1
    return expected - 1


def link(previous: bytes, line: Row[Any], by: str) -> bytes:
    """The hash of a line after the `previous` one."""
    told = [
        str(line.id),
        line.at.isoformat(),
        line.recorded_at.isoformat(),
        str(line.actor_id),
        line.actor_name,
        str(line.organisation_id),
        line.action,
        line.subject,
        line.basis,
        line.detail,
    ]
    return digest(by, previous + orjson.dumps(told, option=orjson.OPT_SORT_KEYS))
