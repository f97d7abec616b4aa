"""What comes of a try: the copy is sent, tried again later, handed on to its reader's next way, or given up."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import Basis
from services.kit.steps import decide
from services.notifications.contact.states import ChannelKind
from services.notifications.delivery import copies
from services.notifications.delivery.claiming import UNCHANGED, WAITING, Bundle, still_mine
from services.notifications.delivery.contacts import Contacts
from services.notifications.delivery.model import Copy, Dispatch
from services.notifications.delivery.policy import DeliveryPolicy
from services.notifications.delivery.states import CopyAction
from services.notifications.delivery.steps import STEPS, SYSTEM
from services.notifications.template.states import Topic

LONGEST = 500
Pair = tuple[Copy, Dispatch]
Taken = tuple[Bundle, str]
"""What a provider took, with its receipt."""
SENT = text("""
with held as (
    select c.id, told.receipt from unnest(:ids, :receipts) told (id, receipt) join delivery_copy c using (id)
    where c.sent_at is null and c.handed_on_at is null and c.dead_at is null order by c.id for update of c
)
update delivery_copy c set sent_at = :now, receipt = held.receipt, last_error = null, withdrawn_at = null
from held where c.id = held.id
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("receipts", type_=ARRAY(Text)))


class Settling:
    """Writes what came of tries."""

    def __init__(
        self,
        contacts: Contacts,
        channels: Collection[ChannelKind],
        policy: DeliveryPolicy,
        articles: Mapping[str, Basis],
    ) -> None:
        self._contacts = contacts
        self._channels = frozenset(channels)
        self._policy = policy
        self._articles = articles

    async def sent(self, tx: AsyncSession, taken: Sequence[Taken], now: datetime) -> None:
        """The provider has them, even if they were withdrawn meanwhile; whoever claimed one after a lease too short finds it sent."""
        pairs = [(pair, _kept(receipt)) for bundle, receipt in taken for pair in bundle.copies]
        self._judge((pair for pair, _ in pairs), CopyAction.SEND)
        ids, told = [copy.id for (copy, _), _ in pairs], [receipt for _, receipt in pairs]
        await tx.execute(SENT, {"ids": ids, "receipts": told, "now": now})

    async def later(
        self, tx: AsyncSession, bundle: Bundle, why: str, now: datetime, *, counted: bool
    ) -> None:
        """Try again after a while; a try that says nothing of the message is not counted."""
        mine = await still_mine(tx, bundle)
        told: dict[str, Any] = {
            "due_at": now + self._policy.wait(bundle.attempts),
            "last_error": _kept(why),
        }
        if not counted:
            told["attempts"] = bundle.attempts - 1
        await _write(tx, mine, told)

    async def wait(self, tx: AsyncSession, bundle: Bundle, until: datetime) -> None:
        """It was not tried: its reader is not to be disturbed until then."""
        told = {"due_at": until, "attempts": bundle.attempts - 1}
        await _write(tx, await still_mine(tx, bundle), told)

    async def over(
        self, tx: AsyncSession, bundle: Bundle, why: str, now: datetime, *, sendable: bool = True
    ) -> None:
        """This way has come to its end: on to the next; without one given up, or withdrawn where nobody could ever send it."""
        mine = await still_mine(tx, bundle)
        _, left = await self.hand_on(tx, mine, why, now)
        self._judge(left, CopyAction.GIVE_UP if sendable else CopyAction.WITHDRAW)
        ended = "dead_at" if sendable else "withdrawn_at"
        await _write(tx, left, {ended: now, "last_error": _kept(why)})

    async def away(self, tx: AsyncSession, bundle: Bundle, why: str, now: datetime) -> None:
        """The provider has been away for too long: on to the next way; whoever has none waits for the provider."""
        _, left = await self.hand_on(tx, await still_mine(tx, bundle), why, now)
        await _write(tx, left, {"due_at": now, "last_way": True, "attempts": bundle.attempts - 1})

    async def hand_on(
        self, tx: AsyncSession, pairs: Sequence[Pair], why: str, now: datetime
    ) -> tuple[list[Pair], list[Pair]]:
        """Go on by each reader's next way as it is now; who was handed on, and who has no other way."""
        going = [pair for pair in pairs if not pair[1].for_one_contact]
        made = copies.bundled(await self._next(tx, going, now), now)
        gone = {(row["dispatch_id"], row["account_id"]) for row in made}
        moved = [pair for pair in pairs if (pair[1].id, pair[0].account_id) in gone]
        left = [pair for pair in pairs if (pair[1].id, pair[0].account_id) not in gone]
        self._judge(moved, CopyAction.HAND_ON)
        await _write(tx, moved, {"handed_on_at": now, "last_error": _kept(why)})
        await copies.keep(tx, made)
        return moved, left

    async def _next(self, tx: AsyncSession, pairs: Sequence[Pair], now: datetime) -> list[copies.Row]:
        tried = await _tried(tx, pairs)
        rows = []
        for (topic, legal), those in _by_kind(pairs).items():
            accounts = [copy.account_id for copy, _ in those]
            found = await self._contacts.ways(tx, accounts, Topic(topic), legal=legal, now=now)
            for copy, dispatch in those:
                reach = found[copy.account_id]
                left = copies.left_of(reach, self._channels, tried[dispatch.id, copy.account_id])
                if left:
                    row = copies.copy_of(dispatch, copy.account_id, reach, left, now)
                    rows.append(row | {"due_at": reach.not_before or now})
        return rows

    def _judge(self, pairs: Iterable[Pair], action: CopyAction) -> None:
        for copy, _ in pairs:
            decide(STEPS, copy.as_case(), action, SYSTEM, self._articles)


def _kept(told: str) -> str:
    return told.replace("\0", "")[:LONGEST]


def _by_kind(pairs: Iterable[Pair]) -> dict[tuple[str, bool], list[Pair]]:
    """Copies by what decides how their readers are reached."""
    kinds: dict[tuple[str, bool], list[Pair]] = defaultdict(list)
    for pair in pairs:
        kinds[pair[1].topic, pair[1].legal].append(pair)
    return kinds


async def _tried(tx: AsyncSession, pairs: Sequence[Pair]) -> dict[tuple[UUID, UUID], set[UUID]]:
    """The contacts that each notice was tried by, for each reader."""
    found: dict[tuple[UUID, UUID], set[UUID]] = defaultdict(set)
    every = select(Copy.dispatch_id, Copy.account_id, Copy.contact_id).where(
        Copy.dispatch_id.in_({dispatch.id for _, dispatch in pairs}),
        Copy.account_id.in_({copy.account_id for copy, _ in pairs}),
    )
    for dispatch_id, account_id, contact_id in await tx.execute(every):
        found[dispatch_id, account_id].add(contact_id)
    return found


async def _write(tx: AsyncSession, pairs: Iterable[Pair], told: Mapping[str, Any]) -> None:
    ids = [copy.id for copy, _ in pairs]
    if ids:
        open_ = update(Copy).where(Copy.id.in_(ids), *WAITING)
        await tx.execute(open_.values(**told), execution_options=UNCHANGED)
