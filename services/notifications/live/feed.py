"""Changes written and read: in the transaction that makes them, by the process for all its streams, and for one reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Moment
from services.notifications.inbox.model import named
from services.notifications.live.position import Position
from services.notifications.live.states import ChangeKind

CHANNEL = "inbox_change"
TOLD = """
c.xid, c.seq, c.kind, c.audience as to_audience, c.roles as to_roles, c.message_id, c.at as changed_at
"""


def telling(source: str) -> str:
    """SQL that keeps the changes of a source, and lets everybody who listens hear of them once the transaction is over."""
    return f"""
        insert into inbox_change (kind, audience, roles, message_id, at)
        select kind, audience, roles, message_id, at from {source}
        returning pg_notify('{CHANNEL}', '')
    """  # noqa: S608 - pieces of this service


TELL = text(telling("jsonb_populate_recordset(null::inbox_change, :rows)")).bindparams(
    bindparam("rows", type_=JSONB)
)
HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"

STANDING = text(f"""
    select {HORIZON} as horizon,
        coalesce((select since_xid from inbox_change_kept), 0) as since,
        coalesce((select max(xid) from inbox_change), 0) as newest
""")  # noqa: S608 - pieces of this module
SETTLED = text(f"""
    select {TOLD}, {named("m")}, null::timestamptz as read_at
    from inbox_change c left join message m on m.id = c.message_id and c.kind in ('MESSAGE', 'WITHDRAWN')
    where (c.xid, c.seq) > (cast(:xid as bigint), cast(:seq as bigint)) and c.xid < :horizon
    order by c.xid, c.seq limit :limit
""")  # noqa: S608 - see above
MISSED = text(f"""
    select {TOLD}, {named("m")}, r.read_at
    from unnest(:audiences, :roles) as k (audience, roles)
    cross join lateral (
        select * from inbox_change c
        where (c.audience, c.xid, c.seq) > (k.audience, cast(:xid as bigint), cast(:seq as bigint))
        and (c.audience, c.xid, c.seq) < (k.audience, cast(:horizon as bigint), 0)
        and (c.roles is null or c.roles && string_to_array(k.roles, ','))
        order by c.audience, c.xid, c.seq limit :limit
    ) c
    left join message m on m.id = c.message_id and c.kind in ('MESSAGE', 'WITHDRAWN')
    left join message_read r on r.message_id = m.id and r.account_id = :account
    order by c.xid, c.seq limit :limit
""").bindparams(  # noqa: S608 - see above
    bindparam("audiences", type_=ARRAY(TEXT)), bindparam("roles", type_=ARRAY(TEXT))
)
FORGET = text("""
    with gone as (
        delete from inbox_change where created_at < now() - cast(:age as interval) returning xid
    )
    insert into inbox_change_kept (id, since_xid)
    select 1, max(xid) + 1 from gone having count(*) > 0
    on conflict (id) do update set since_xid = greatest(inbox_change_kept.since_xid, excluded.since_xid)
""")
OF_ANOTHER_SERVER = ("inbox_change where xid", "inbox_change_kept where since_xid")
"""A dump that was restored brings numbers of transactions that are yet to come here."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Up to where changes are settled now, and from where on they are kept."""

    horizon: int
    since: int
    newest: int

    @property
    def waiting(self) -> bool:
        """Whether a change is there that may yet be preceded by one of an older transaction."""
        return self.newest >= self.horizon

    def tells(self, position: Position) -> bool:
        """Whether all that follows the position is kept; not where it is too old, or of another server."""
        return self.since <= position.xid <= self.horizon


async def publish_withdrawn(
    tx: AsyncSession, messages: Sequence[Row[UUID, str, list[str] | None, datetime]]
) -> None:
    """Tell of messages that were withdrawn, once this transaction is over."""
    rows = [
        {
            "kind": ChangeKind.WITHDRAWN,
            "audience": m.audience,
            "roles": m.roles,
            "message_id": m.id,
            "at": m.at,
        }
        for m in messages
    ]
    if rows:
        await _publish(tx, rows)


async def publish_read(
    tx: AsyncSession, account_id: UUID, message_ids: Sequence[UUID], moment: Moment
) -> None:
    """Tell an account's other tabs that it has read messages, once this transaction is over."""
    told = {"kind": ChangeKind.READ, "audience": f"account/{account_id}", "at": moment.instant}
    if message_ids:
        await _publish(tx, [{**told, "message_id": each} for each in message_ids])


async def publish_all_read(tx: AsyncSession, account_id: UUID, moment: Moment) -> None:
    """Tell them that it has read everything."""
    told = {"kind": ChangeKind.READ_ALL, "audience": f"account/{account_id}", "at": moment.instant}
    await _publish(tx, [told])


async def _publish(tx: AsyncSession, rows: list[dict[str, Any]]) -> None:
    await tx.execute(TELL, {"rows": rows})


async def standing(tx: AsyncSession) -> Standing:
    """Where the changes stand now. What a later statement finds below this horizon is complete."""
    row = (await tx.execute(STANDING)).one()
    return Standing(row.horizon, row.since, row.newest)


async def settled(tx: AsyncSession, after: Position, horizon: int, limit: int) -> Sequence[RowMapping]:
    """Everybody's next changes after a position, with their messages; at most `limit` of them."""
    asked = {"xid": after.xid, "seq": after.seq, "horizon": horizon, "limit": limit}
    return (await tx.execute(SETTLED, asked)).mappings().all()


async def missed(
    tx: AsyncSession, reader: dict[str, Any], after: Position, horizon: int, limit: int
) -> Sequence[RowMapping]:
    """One reader's next changes after a position, with their messages; at most `limit` of them."""
    asked = {**reader, "xid": after.xid, "seq": after.seq, "horizon": horizon, "limit": limit}
    return (await tx.execute(MISSED, asked)).mappings().all()


async def forget(tx: AsyncSession, age: timedelta) -> None:
    """Let go of changes older than that, and remember up to where."""
    for those in OF_ANOTHER_SERVER:
        await tx.execute(
            text(f"delete from {those} > pg_snapshot_xmax(pg_current_snapshot())::text::bigint")  # noqa: S608
        )
    await tx.execute(FORGET, {"age": age})
