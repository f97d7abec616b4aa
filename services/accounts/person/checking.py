"""Whom credit platforms are asked about: name and resident id whole, to the one service that asks them, and kept in the audit (一（八）)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import CheckedPerson, DocumentKind
from services.accounts.installation import Desk
from services.accounts.person import identity, store
from services.kit.auth import Actor, ServiceOnly

ASKS = "notifications"
"""The service that asks credit platforms."""


async def checked(
    tx: AsyncSession, desk: Desk, service: Actor, person_id: UUID, check: UUID
) -> CheckedPerson:
    """A person as a credit platform is asked of; for which check it was opened is kept for ever.

    Raises:
        ServiceOnly: another service asks.
        PersonNotFound: there is none by that id.
    """
    if service.name != ASKS:
        raise ServiceOnly
    person = await store.get(tx, person_id, seen_by=service)
    basis = desk.policy.articles["unmasked"]
    opened: dict[str, object] = {"check": f"credit_check/{check}"}
    await identity.keep_in_mind(tx, desk, service, person, "OPEN_FOR_CREDIT_CHECK", opened, basis)
    numbers = identity.numbers(desk.installation.sealer, person, DocumentKind.RESIDENT_ID)
    return CheckedPerson(person_id=person.id, name=person.name, resident_id=numbers[0] if numbers else None)
