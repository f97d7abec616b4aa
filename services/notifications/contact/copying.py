"""What people told accounts is offered as a contact, and reaches those with legal notices who have verified nothing.

No event holds a telephone number: of whoever is new, or told another one, accounts is asked afterwards, for many at once.
A copy that its owner has verified stays; others follow what accounts knows.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import structlog
from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import PersonContactChanged, PersonCreated, ReaderContact
from services.kit.db import Database
from services.kit.errors import Refusal
from services.kit.ids import new_id
from services.kit.sealing import Sealer
from services.neighbours.client import Neighbour
from services.notifications.contact import addresses
from services.notifications.contact.model import Contact, ContactToCopy
from services.notifications.contact.reach import context
from services.notifications.contact.states import ChannelKind, Origin

log = structlog.get_logger(__name__)
Changed = PersonCreated | PersonContactChanged
EVENTS: tuple[type[Changed], ...] = (PersonCreated, PersonContactChanged)
AT_ONCE = 100
LEASE = timedelta(minutes=1)
LAST = 1000
"""Behind whatever the owner has put in order."""
BARE = {"synchronize_session": False}
CONTACTS = cast(Table, Contact.__table__)


async def hear(tx: AsyncSession, event: Changed) -> None:
    """Remember to ask for somebody's telephone and e-mail address."""
    row = insert(ContactToCopy).values(person_id=event.person_id, due_at=func.clock_timestamp())
    again = {"due_at": row.excluded.due_at}
    await tx.execute(row.on_conflict_do_update(index_elements=[ContactToCopy.person_id], set_=again))


class Copier:
    """Asks accounts and keeps what it tells; any number may run."""

    def __init__(self, database: Database, accounts: Neighbour, sealer: Sealer, province: str) -> None:
        self._database = database
        self._accounts = accounts
        self._sealer = sealer
        self._province = province

    async def once(self) -> int:
        """Work through everybody who is due; how many there were."""
        done = 0
        while claimed := await self._claim():
            body = {"person_ids": [str(each) for each in claimed]}
            try:
                told = await self._accounts.post("/v1/readers/contacts", body, as_service=True)
            except Refusal as refusal:
                log.warning("contacts are not known", people=len(claimed), why=refusal.code)
                return done
            async with self._database.begin() as tx:
                await self._keep(tx, [ReaderContact.model_validate(each) for each in told["items"]])
                for person_id, until in claimed.items():
                    mine = (ContactToCopy.person_id == person_id, ContactToCopy.due_at == until)
                    await tx.execute(delete(ContactToCopy).where(*mine).execution_options(**BARE))
            done += len(claimed)
        return done

    async def _claim(self) -> Mapping[UUID, datetime]:
        """People who are due, with the end of the claim; who changes meanwhile is due again."""
        due = (
            select(ContactToCopy.person_id)
            .where(ContactToCopy.due_at <= func.clock_timestamp())
            .order_by(ContactToCopy.due_at)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        taken = (
            update(ContactToCopy)
            .where(ContactToCopy.person_id.in_(due.scalar_subquery()))
            .values(due_at=func.now() + LEASE)
            .returning(ContactToCopy.person_id, ContactToCopy.due_at)
        )
        async with self._database.begin() as tx:
            rows = await tx.execute(taken.execution_options(**BARE))
            return {row.person_id: row.due_at for row in rows}

    async def _keep(self, tx: AsyncSession, told: list[ReaderContact]) -> None:
        accounts = [each.account_id for each in told]
        unproved = (Contact.origin == Origin.ACCOUNTS, Contact.verified_at.is_(None))
        gone = delete(Contact).where(Contact.account_id.in_(accounts), *unproved)
        await tx.execute(gone.execution_options(**BARE))
        if rows := [row for each in told for row in self._rows(each)]:
            await tx.execute(insert(CONTACTS).on_conflict_do_nothing(), rows)

    def _rows(self, told: ReaderContact) -> list[dict[str, Any]]:
        known = {ChannelKind.SMS: told.phone, ChannelKind.EMAIL: told.email}
        return [
            self._row(told.account_id, channel, address, LAST + place)
            for place, (channel, each) in enumerate(known.items())
            if each and (address := addresses.normalised(channel, each))
        ]

    def _row(self, account_id: UUID, channel: ChannelKind, address: str, place: int) -> dict[str, Any]:
        own_id = new_id()
        return {
            "id": own_id,
            "province": self._province,
            "account_id": account_id,
            "channel": channel,
            "origin": Origin.ACCOUNTS,
            "address_sealed": self._sealer.seal_text(address, context=context(own_id)),
            "digest": addresses.digest_of(self._sealer, channel, address),
            "masked": addresses.masked(channel, address),
            "place": place,
        }
