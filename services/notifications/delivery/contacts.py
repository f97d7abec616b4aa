"""What delivery asks of contacts: how somebody is reached, where that is, and that nothing arrives there."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.sealing import Sealer
from services.notifications.contact import reach, secret
from services.notifications.contact.model import Contact
from services.notifications.contact.reach import Reach
from services.notifications.contact.secret import Words
from services.notifications.delivery.model import Dispatch
from services.notifications.template.states import Topic


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

    async def failing(self, tx: AsyncSession, contact_id: UUID, now: datetime) -> None:
        """Remember that nothing arrives there."""
        ...

    async def arrived(self, tx: AsyncSession, contacts: Collection[UUID]) -> None:
        """Something was taken there again."""
        ...


class KeptContacts:
    """The contacts of this service's tables."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

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

    async def failing(self, tx: AsyncSession, contact_id: UUID, now: datetime) -> None:
        """Since when nothing arrives there; the first time counts."""
        first = update(Contact).where(Contact.id == contact_id, Contact.failing_at.is_(None))
        await tx.execute(first.values(failing_at=now))

    async def arrived(self, tx: AsyncSession, contacts: Collection[UUID]) -> None:
        """They work again: what is not legal comes there too from now on."""
        failed = update(Contact).where(Contact.id.in_(contacts), Contact.failing_at.is_not(None))
        await tx.execute(failed.values(failing_at=None))
