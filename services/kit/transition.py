"""The one way a state changes: a single guarded statement writes state, history, audit and outbox together.

The update names the state and version that `decide` saw. Whoever comes second updates no row, and then nothing at all
is written. One round trip instead of five.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, String, Table, Text, Uuid, func, literal, select
from sqlalchemy import insert as insert_into
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import audit
from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.db import plumbing
from services.kit.ids import new_id
from services.kit.outbox import CHANNEL, Event, outbox
from services.kit.steps import Move, StaleVersion

history = Table(
    "history",
    plumbing,
    Column("id", Uuid, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("subject_kind", String(60), nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("action", String(60), nullable=False),
    Column("before", String(60)),
    Column("after", String(60), nullable=False),
    Column("actor_id", Uuid),
    Column("actor_name", String(120), nullable=False),
    Column("role", String(60)),
    Column("organisation_id", Uuid),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("note", Text),
    Column("basis", JSONB, nullable=False),
    Index("ix_history_subject", "subject_id", "seq"),
)


async def take(
    tx: AsyncSession,
    table: Table,
    move: Move,
    *,
    actor: Actor,
    moment: Moment,
    event: Event,
    changes: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> int:
    """Take a decided `move` on a row of `table`; the row's new version.

    `changes` are other columns to set with the state.

    Raises:
        StaleVersion: the row is no longer in the state and version that were judged; nothing was written.
    """
    moved = (
        table.update()
        .where(table.c.id == move.subject_id, table.c.state == move.before, table.c.version == move.version)
        .values(state=move.after, version=move.version + 1, **(changes or {}))
        .returning(table.c.id, table.c.version)
        .cte("moved")
    )
    line = audit.row(
        actor=actor,
        action=f"{table.name}.{move.action}",
        subject=f"{table.name}/{move.subject_id}",
        moment=moment,
        organisation_id=move.seat.organisation_id,
        basis=move.basis,
        detail={"before": move.before, "after": move.after},
    )
    written = [
        _insert_when(moved, history, _history_row(table.name, move, actor, moment, note), "told"),
        _insert_when(moved, audit.audit_log, line, "audited"),
        _insert_when(moved, outbox, event.row(moment), "published"),
    ]
    statement = select(moved.c.version, func.pg_notify(CHANNEL, "")).add_cte(*written)
    result = (await tx.execute(statement)).first()
    if result is None:
        raise StaleVersion(field="version")
    return int(result.version)


async def begin(
    tx: AsyncSession,
    table: Table,
    *,
    subject_id: UUID,
    state: str,
    actor: Actor,
    moment: Moment,
    organisation_id: UUID | None,
    role: str | None = None,
    action: str = "CREATE",
    basis: tuple[Any, ...] = (),
    note: str | None = None,
) -> None:
    """Write the first line of a new row's history and its audit."""
    told = [{"cite": b.cite, "summary": b.summary} for b in basis]
    await tx.execute(
        insert_into(history).values(
            id=new_id(),
            subject_kind=table.name,
            subject_id=subject_id,
            action=action,
            before=None,
            after=state,
            actor_id=actor.id,
            actor_name=actor.name,
            role=role,
            organisation_id=organisation_id,
            at=moment.instant,
            note=note,
            basis=told,
        )
    )
    await audit.record(
        tx,
        actor=actor,
        action=f"{table.name}.{action}",
        subject=f"{table.name}/{subject_id}",
        moment=moment,
        organisation_id=organisation_id,
        basis=basis,
    )


async def history_of(tx: AsyncSession, subject_id: UUID) -> list[dict[str, Any]]:
    """Every step a thing has taken, oldest first."""
    rows = await tx.execute(select(history).where(history.c.subject_id == subject_id).order_by(history.c.seq))
    return [dict(row) for row in rows.mappings()]


def _history_row(kind: str, move: Move, actor: Actor, moment: Moment, note: str | None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "subject_kind": kind,
        "subject_id": move.subject_id,
        "action": move.action,
        "before": move.before,
        "after": move.after,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "role": move.seat.role,
        "organisation_id": move.seat.organisation_id,
        "at": moment.instant,
        "note": note,
        "basis": [asdict(b) for b in move.basis],
    }


def _insert_when(moved: Any, table: Table, row: Mapping[str, Any], name: str) -> Any:
    columns = [table.c[key] for key in row]
    values = select(*[literal(value, type_=table.c[key].type) for key, value in row.items()]).select_from(moved)
    return insert_into(table).from_select(columns, values).returning(table.c.id).cte(name)
