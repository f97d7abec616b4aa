"""The one way a state changes: a single guarded statement writes state, history, audit and outbox together.

The update names the state and version that `decide` saw. Whoever comes second updates no row, and then nothing at all
is written. One round trip instead of five.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    DateTime,
    Identity,
    Index,
    String,
    Table,
    Text,
    TextClause,
    Uuid,
    bindparam,
    select,
    text,
)
from sqlalchemy import insert as insert_into
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.driver.kept import kept
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

HISTORY = tuple([each.name for each in history.columns if each.identity is None])
AUDIT = ("id", "at", "actor_id", "actor_name", "organisation_id", "action", "subject", "basis", "detail")
OUTBOX = ("id", "type", "subject", "time", "data", "request_id", "traceparent")


class Told(TypedDict):
    """Who moves, when, what is published and noted of it; `changes` are other columns to set with the state."""

    actor: Actor
    moment: Moment
    event: Event
    changes: NotRequired[Mapping[str, Any] | None]
    note: NotRequired[str | None]


async def take(tx: AsyncSession, table: Table, move: Move, **told: Unpack[Told]) -> int:
    """Take a decided `move` on a row of `table`; the row's new version.

    Raises:
        StaleVersion: the row is no longer in the state and version that were judged; nothing was written.
    """
    result = (await tx.execute(*prepared(table, move, **told))).first()
    if result is None:
        raise StaleVersion(field="version")
    return int(result.version)


def prepared(table: Table, move: Move, **told: Unpack[Told]) -> tuple[TextClause, dict[str, Any]]:
    """The statement that takes a move, and its values; whoever runs it for many rows sees to it that each has moved."""
    actor, moment = told["actor"], told["moment"]
    line = audit.row(
        actor=actor,
        action=f"{table.name}.{move.action}",
        subject=f"{table.name}/{move.subject_id}",
        moment=moment,
        organisation_id=move.seat.organisation_id,
        basis=move.basis,
        detail={"before": move.before, "after": move.after},
        role=move.seat.role,
    )
    changed = {"state": move.after, "version": move.version + 1, **(told.get("changes") or {})}
    return _statement(table, tuple(changed)), {
        **_prefixed("seen", {"id": move.subject_id, "before": move.before, "version": move.version}),
        **_prefixed("set", changed),
        **_prefixed("told", _history_row(table.name, move, actor, moment, told.get("note"))),
        **_prefixed("audited", line),
        **_prefixed("published", told["event"].row(moment)),
    }


async def begin(  # noqa: PLR0913 - the columns of one line of history, all named
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
    first = insert_into(history).values(
        id=new_id(),
        subject_kind=table.name,
        subject_id=subject_id,
        action=action,
        after=state,
        actor_id=actor.id,
        actor_name=actor.named(organisation_id, role),
        role=role,
        organisation_id=organisation_id,
        at=moment.instant,
        note=note,
        basis=[asdict(each) for each in basis],
    )
    await tx.execute(first)
    await audit.record(
        tx,
        actor=actor,
        action=f"{table.name}.{action}",
        subject=f"{table.name}/{subject_id}",
        moment=moment,
        organisation_id=organisation_id,
        basis=basis,
        role=role,
    )


async def history_of(tx: AsyncSession, subject_id: UUID) -> list[dict[str, Any]]:
    """Every step a thing has taken, oldest first."""
    return (await histories_of(tx, [subject_id]))[subject_id]


async def histories_of(tx: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The same of each of several things, by one statement."""
    found: dict[UUID, list[dict[str, Any]]] = {each: [] for each in ids}
    steps = select(history).where(history.c.subject_id.in_(found)).order_by(history.c.seq)
    for row in (await tx.execute(steps)).mappings() if found else ():
        found[row["subject_id"]].append(dict(row))
    return found


def _history_row(kind: str, move: Move, actor: Actor, moment: Moment, note: str | None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "subject_kind": kind,
        "subject_id": move.subject_id,
        "action": move.action,
        "before": move.before,
        "after": move.after,
        "actor_id": actor.id,
        "actor_name": actor.named(move.seat.organisation_id, move.seat.role),
        "role": move.seat.role,
        "organisation_id": move.seat.organisation_id,
        "at": moment.instant,
        "note": note,
        "basis": [asdict(b) for b in move.basis],
    }


@lru_cache(maxsize=256)
def _statement(table: Table, changed: tuple[str, ...]) -> TextClause:
    """The statement for a table and the columns that change, built once: building it costs more than running it."""
    assignments = ", ".join(f"{name} = :set_{name}" for name in changed)
    sql = f"""
        with moved as (
            update {table.name} set {assignments}
            where id = :seen_id and state = :seen_before and version = :seen_version returning id, version
        ), told as ({_insert_when_moved(history, "told", HISTORY)}
        ), audited as ({_insert_when_moved(audit.audit_log, "audited", AUDIT)}
        ), published as ({_insert_when_moved(outbox, "published", OUTBOX)})
        select version, pg_notify('{CHANNEL}', current_schema()) from moved
    """  # noqa: S608 - names of our own tables and columns; every value is bound
    seen = {"id": table.c.id, "before": table.c.state, "version": table.c.version}
    bound = [
        *_bound("seen", seen),
        *_bound("set", {name: table.c[name] for name in changed}),
        *_bound("told", {name: history.c[name] for name in HISTORY}),
        *_bound("audited", {name: audit.audit_log.c[name] for name in AUDIT}),
        *_bound("published", {name: outbox.c[name] for name in OUTBOX}),
    ]
    return kept(text(sql).bindparams(*bound))


def _insert_when_moved(table: Table, prefix: str, columns: tuple[str, ...]) -> str:
    values = ", ".join(f":{prefix}_{name}" for name in columns)
    return f"insert into {table.name} ({', '.join(columns)}) select {values} from moved"  # noqa: S608 - see above


def _bound(prefix: str, columns: Mapping[str, Column[Any]]) -> list[BindParameter[Any]]:
    return [bindparam(f"{prefix}_{name}", type_=column.type) for name, column in columns.items()]


def _prefixed(prefix: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{prefix}_{name}": value for name, value in row.items()}
