"""The ways to some accounts, in the order that each wishes: what delivery asks before it sends anything out.

A legal notice ignores what is switched off, quiet hours and digest; where nothing that its reader has verified works, it
goes to what the employer told when the account was made.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import Language
from services.kit.sealing import Sealer
from services.notifications.contact.model import Contact, Preference
from services.notifications.contact.rules import Wishes
from services.notifications.contact.states import ChannelKind, Digest, Origin
from services.notifications.template.states import Topic


@dataclass(frozen=True, slots=True)
class Way:
    """One contact of somebody."""

    channel: ChannelKind
    contact_id: UUID


@dataclass(frozen=True, slots=True)
class Reach:
    """How somebody is reached now: by which ways in which order, in which language, and when at the earliest.

    `digest_at`: gathered with the rest and sent then, which is never in quiet hours.
    """

    ways: tuple[Way, ...]
    language: Language
    not_before: datetime | None
    digest_at: datetime | None


async def ways(
    tx: AsyncSession, accounts: Sequence[UUID], topic: Topic, *, legal: bool, now: datetime
) -> dict[UUID, Reach]:
    """The reach of every account asked for; one that has no way out is reached by the inbox alone."""
    found: dict[UUID, list[Contact]] = defaultdict(list)
    for row in await tx.scalars(contacts_of(accounts)):
        found[row.account_id].append(row)
    rows = await tx.scalars(select(Preference).where(Preference.account_id.in_(accounts)))
    wished = {row.account_id: wishes_of(row) for row in rows}
    return {each: _reach(found[each], wished.get(each, Wishes()), topic, legal, now) for each in accounts}


async def quiet(tx: AsyncSession, accounts: Collection[UUID], now: datetime) -> dict[UUID, datetime]:
    """Those of the accounts that are not to be disturbed now, with when that ends."""
    asked = select(Preference).where(Preference.account_id.in_(accounts), Preference.quiet_from.is_not(None))
    ends = {row.account_id: wishes_of(row).not_before(now) for row in await tx.scalars(asked)}
    return {account: end for account, end in ends.items() if end is not None}


def contacts_of(accounts: Sequence[UUID]) -> Select[Contact]:
    """The contacts of some accounts that anything may be sent to, each account's in its order."""
    usable = or_(Contact.verified_at.is_not(None), Contact.origin == Origin.ACCOUNTS)
    query = select(Contact).where(Contact.account_id.in_(accounts), usable)
    return query.order_by(Contact.account_id, Contact.place, Contact.id)


async def address(tx: AsyncSession, contact_id: UUID, *, sealer: Sealer) -> str | None:
    """Where to send, unsealed just before it is sent; None: its owner has removed it. Whoever sends keeps the audit."""
    row = await tx.get(Contact, contact_id)
    return None if row is None else sealer.open_text(row.address_sealed, context=context(row.id))


def context(contact_id: UUID) -> str:
    """What an address is sealed for."""
    return f"contact/{contact_id}"


def wishes_of(row: Preference) -> Wishes:
    """A row of preferences as the rules read it."""
    off = (each.split("/") for each in row.off)
    return Wishes(
        language=Language(row.language),
        zone=ZoneInfo(row.zone),
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        digest=Digest(row.digest),
        digest_hour=row.digest_hour,
        digest_weekday=row.digest_weekday,
        off=frozenset((Topic(topic), ChannelKind(channel)) for topic, channel in off),
    )


def _reach(rows: list[Contact], wishes: Wishes, topic: Topic, legal: bool, now: datetime) -> Reach:
    verified = [row for row in rows if row.verified_at is not None]
    working = [row for row in verified if row.failing_at is None]
    if legal:
        told = [row for row in rows if row.verified_at is None]
        last = [row for row in verified if row.failing_at is not None]
        return Reach(_ways([*(working or told), *last]), wishes.language, not_before=None, digest_at=None)
    wanted = [row for row in working if wishes.wants(topic, ChannelKind(row.channel))]
    gathered = wishes.digest_at(now)
    if gathered is not None:
        gathered = wishes.not_before(gathered) or gathered
    return Reach(_ways(wanted), wishes.language, wishes.not_before(now), gathered)


def _ways(rows: list[Contact]) -> tuple[Way, ...]:
    return tuple(Way(ChannelKind(row.channel), row.id) for row in rows)
