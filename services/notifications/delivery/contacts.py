"""What delivery asks of contacts: how somebody is reached, where that is, and that nothing arrives there."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.sealing import Sealer
from services.notifications.contact import reach, secret
from services.notifications.contact.events import ContactSwitchedOff
from services.notifications.contact.model import Contact
from services.notifications.contact.reach import Reach
from services.notifications.contact.secret import Words
from services.notifications.delivery.model import Dispatch
from services.notifications.delivery.policy import DeliveryPolicy
from services.notifications.template.states import Topic

A_DAY = timedelta(days=1)


class Contacts(Protocol):
    """Contacts, as far as delivery knows them."""

    async def ways(
        self, tx: AsyncSession, accounts: Sequence[UUID], topic: Topic, *, legal: bool, now: datetime
    ) -> dict[UUID, Reach]:
        """How each account is reached for a topic."""
        ...

    async def quiet(
        self, tx: AsyncSession, accounts: Collection[UUID], now: datetime
    ) -> dict[UUID, datetime]:
        """Those that are not to be disturbed now, with when that ends."""
        ...

    async def addresses(self, tx: AsyncSession, contacts: Collection[UUID]) -> dict[UUID, str]:
        """Where to send; those that are left out were removed by their owners."""
        ...

    async def words(self, tx: AsyncSession, dispatch: Dispatch) -> Words | None:
        """The words of a notice for one contact alone; None: they are of no use any more."""
        ...

    async def refused(self, tx: AsyncSession, contact_id: UUID, now: datetime) -> ContactSwitchedOff | None:
        """Remember that it refused what was sent there; what is to be told where nothing is sent there from now on."""
        ...

    async def arrived(self, tx: AsyncSession, contacts: Collection[UUID]) -> None:
        """Something was taken there again."""
        ...


class KeptContacts:
    """The contacts of this service's tables."""

    def __init__(self, sealer: Sealer, policy: DeliveryPolicy) -> None:
        self._sealer = sealer
        self._policy = policy

    async def ways(
        self, tx: AsyncSession, accounts: Sequence[UUID], topic: Topic, *, legal: bool, now: datetime
    ) -> dict[UUID, Reach]:
        """How each account is reached for a topic."""
        return await reach.ways(tx, accounts, topic, legal=legal, now=now)

    async def quiet(
        self, tx: AsyncSession, accounts: Collection[UUID], now: datetime
    ) -> dict[UUID, datetime]:
        """Those whose quiet hours these are."""
        return await reach.quiet(tx, accounts, now)

    async def addresses(self, tx: AsyncSession, contacts: Collection[UUID]) -> dict[UUID, str]:
        """Where to send; those that are left out were removed by their owners."""
        return await reach.addresses(tx, contacts, sealer=self._sealer)

    async def words(self, tx: AsyncSession, dispatch: Dispatch) -> Words | None:
        """The words that hold a code, while it is good."""
        return await secret.opened(tx, self._sealer, dispatch.event_id, dispatch.words)

    async def refused(self, tx: AsyncSession, contact_id: UUID, now: datetime) -> ContactSwitchedOff | None:
        """Count the day, unless it is counted; after so many the address is switched off, once."""
        anew = or_(Contact.refused_at.is_(None), Contact.refused_at <= now - self._policy.forgotten)
        days = case((anew, 1), else_=Contact.refusals + 1)
        counted = or_(anew, Contact.refused_at <= now - A_DAY)
        one = update(Contact).where(Contact.id == contact_id, Contact.failing_at.is_(None), counted)
        off = case((days >= self._policy.refusing_days, now))
        row = one.values(refusals=days, refused_at=now, failing_at=off).returning(
            Contact.account_id, Contact.channel, Contact.masked, Contact.refusals, Contact.failing_at
        )
        found = (await tx.execute(row)).first()
        if found is None or found.failing_at is None:
            return None
        told = {name: getattr(found, name) for name in ("account_id", "channel", "masked", "refusals")}
        return ContactSwitchedOff(contact_id=contact_id, **told)

    async def arrived(self, tx: AsyncSession, contacts: Collection[UUID]) -> None:
        """They work: refusals are forgotten, and what is not legal comes there too from now on."""
        refused = or_(Contact.failing_at.is_not(None), Contact.refused_at.is_not(None))
        these = select(Contact.id).where(Contact.id.in_(contacts), refused).order_by(Contact.id)
        held = list(await tx.scalars(these.with_for_update()))
        if held:
            anew = {"failing_at": None, "refusals": 0, "refused_at": None}
            await tx.execute(update(Contact).where(Contact.id.in_(held)).values(**anew))
