"""The ways to some accounts, in the order that each wishes: what delivery asks before it sends anything out.

A legal notice ignores what is switched off, quiet hours and digest; where nothing that its reader has verified works, it
goes to what the employer told when the account was made.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, Uuid, any_, cast, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

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


class Place(NamedTuple):
    """A contact as far as it decides how somebody is reached."""

    account_id: UUID
    id: UUID
    channel: str
    verified_at: datetime | None
    failing_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reach:
    """How somebody is reached now: by which ways in which order, in which language, and when at the earliest.

    `digest_at`: gathered with the rest and sent then, which is never in quiet hours.
    """

    ways: tuple[Way, ...]
    language: Language
    not_before: datetime | None
    digest_at: datetime | None


NO_WISHES = Wishes()
WISHES = [column for column in Preference.__table__.columns if column.key != "province"]


async def ways(
    tx: AsyncSession, accounts: Sequence[UUID], topic: Topic, *, legal: bool, now: datetime
) -> dict[UUID, Reach]:
    """The reach of every account asked for; one that has no way out is reached by the inbox alone."""
    found: dict[UUID, list[Place]] = defaultdict(list)
    for row in await tx.execute(contacts_of(accounts)):
        place = Place(*row)
        found[place.account_id].append(place)
    rows = await tx.execute(select(*WISHES).where(_among(Preference.account_id, accounts)))
    wished = {row.account_id: wishes_of(row) for row in rows}
    return {each: _reach(found[each], wished.get(each, NO_WISHES), topic, legal, now) for each in accounts}


async def quiet(tx: AsyncSession, accounts: Collection[UUID], now: datetime) -> dict[UUID, datetime]:
    """Those of the accounts that are not to be disturbed now, with when that ends."""
    quiet_hours = Preference.quiet_from.is_not(None)
    asked = select(*WISHES).where(_among(Preference.account_id, accounts), quiet_hours)
    ends = {row.account_id: wishes_of(row).not_before(now) for row in await tx.execute(asked)}
    return {account: end for account, end in ends.items() if end is not None}


def contacts_of(
    accounts: Sequence[UUID],
) -> Select[UUID, UUID, str, datetime | None, datetime | None]:
    """The contacts of some accounts that anything may be sent to, each account's in its order: a `Place` each."""
    usable = or_(Contact.verified_at.is_not(None), Contact.origin == Origin.ACCOUNTS)
    told = (Contact.account_id, Contact.id, Contact.channel, Contact.verified_at, Contact.failing_at)
    query = select(*told).where(_among(Contact.account_id, accounts), usable)
    return query.order_by(Contact.account_id, Contact.place, Contact.id)


async def addresses(tx: AsyncSession, contacts: Collection[UUID], *, sealer: Sealer) -> dict[UUID, str]:
    """Where to send, unsealed just before it is sent; those left out were removed. Whoever sends keeps the audit."""
    sealed = select(Contact.id, Contact.address_sealed).where(_among(Contact.id, contacts))
    return {
        row.id: sealer.open_text(row.address_sealed, context=context(row.id))
        for row in await tx.execute(sealed)
    }


def context(contact_id: UUID) -> str:
    """What an address is sealed for."""
    return f"contact/{contact_id}"


def wishes_of(row: Preference | Row[Any]) -> Wishes:
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


def _reach(rows: list[Place], wishes: Wishes, topic: Topic, legal: bool, now: datetime) -> Reach:
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


def _ways(rows: list[Place]) -> tuple[Way, ...]:
    return tuple(Way(ChannelKind(row.channel), row.id) for row in rows)


def _among(
    column: ColumnElement[UUID] | InstrumentedAttribute[UUID], values: Collection[UUID]
) -> ColumnElement[bool]:
    """That a column holds one of many values: one parameter however many they are."""
    return column == any_(cast(literal(list(values), ARRAY(Uuid)), ARRAY(Uuid)))
