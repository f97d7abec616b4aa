"""Copies are made: the first way that a reader has not been tried by, at the time the reader wishes."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.ids import new_id
from services.notifications.contact.reach import Reach, Way
from services.notifications.contact.states import ChannelKind
from services.notifications.delivery.model import Copy, Dispatch

COPIES = cast(Table, Copy.__table__)
COLUMNS = (
    *("id", "province", "dispatch_id", "account_id", "channel", "contact_id", "language"),
    *("priority", "bundle_id", "last_way", "attempts", "due_at"),
)
WRITTEN = text(f"""
insert into delivery_copy ({", ".join(COLUMNS)})
select * from unnest({", ".join(f":{each}" for each in COLUMNS)}) on conflict do nothing
""").bindparams(*(bindparam(each, type_=ARRAY(COPIES.c[each].type)) for each in COLUMNS))  # noqa: S608 - of this module
Row = dict[str, Any]


def copy_of(dispatch: Dispatch, account_id: UUID, reach: Reach, left: list[Way], now: datetime) -> Row:
    """A copy by the first of the ways that are left; one to be gathered belongs to no bundle yet."""
    own_id = new_id()
    times = [each for each in (reach.not_before, reach.digest_at) if each is not None]
    return {
        "id": own_id,
        "province": dispatch.province,
        "dispatch_id": dispatch.id,
        "account_id": account_id,
        "channel": left[0].channel,
        "contact_id": left[0].contact_id,
        "language": reach.language,
        "priority": dispatch.priority,
        "bundle_id": None if reach.digest_at else own_id,
        "last_way": len(left) == 1,
        "attempts": 0,
        "due_at": max(times, default=now),
    }


def left_of(reach: Reach, channels: Collection[ChannelKind], tried: Collection[UUID] = ()) -> list[Way]:
    """The ways through channels that there are, but for contacts that were tried."""
    return [each for each in reach.ways if each.channel in channels and each.contact_id not in tried]


def bundled(rows: Iterable[Row], now: datetime) -> list[Row]:
    """Copies that went out together go on together, by each contact: at once, but for quiet hours."""
    leads: dict[UUID, Row] = {}
    made = []
    for row in rows:
        lead = leads.setdefault(row["contact_id"], row)
        made.append(row | {"bundle_id": lead["id"], "due_at": max(now, row["due_at"])})
    return made


async def keep(tx: AsyncSession, rows: list[Row]) -> None:
    """Write copies, however many in one statement of one array a column; one that is there stays as it is."""
    if rows:
        await tx.execute(WRITTEN, {column: [row[column] for row in rows] for column in COLUMNS})


def reaches(found: Mapping[UUID, Reach], accounts: Iterable[UUID]) -> Iterable[tuple[UUID, Reach]]:
    """Those of the accounts that are reached at all."""
    return ((each, found[each]) for each in dict.fromkeys(accounts) if each in found)
