"""The caller's own contacts and wishes in the database; nobody else's are ever found."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.contact.errors import ContactNotFound
from services.notifications.contact.model import Contact, Preference


async def hold(tx: AsyncSession, account_id: UUID) -> None:
    """Let nobody else change the account's contacts until this transaction ends."""
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"contacts/{account_id}", 0))))


async def every(tx: AsyncSession, account_id: UUID) -> Sequence[Contact]:
    """The contacts of an account in their order."""
    query = select(Contact).where(Contact.account_id == account_id)
    return (await tx.scalars(query.order_by(Contact.place, Contact.id))).all()


async def one(tx: AsyncSession, account_id: UUID, contact_id: UUID) -> Contact:
    """A contact of an account, held until the transaction ends.

    Raises:
        ContactNotFound: the account has no such contact.
    """
    query = select(Contact).where(Contact.id == contact_id, Contact.account_id == account_id)
    found: Contact | None = await tx.scalar(query.with_for_update())
    if found is None:
        raise ContactNotFound(field="contact_id")
    return found


async def wishes(tx: AsyncSession, account_id: UUID) -> Preference | None:
    """How an account wishes to be reached; None: it has said nothing."""
    return await tx.get(Preference, account_id)


async def keep_wishes(tx: AsyncSession, values: dict[str, Any]) -> None:
    """Write how an account wishes to be reached."""
    row = insert(Preference).values(**values)
    changed = {name: value for name, value in values.items() if name != "account_id"}
    await tx.execute(row.on_conflict_do_update(index_elements=[Preference.account_id], set_=changed))
