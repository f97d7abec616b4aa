"""What people have let clients do: remembered, shown, taken back."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.oauth.errors import ConsentNotFound
from services.accounts.oauth.model import Client, Consent
from services.accounts.oauth.schemas import ConsentOut
from services.accounts.oauth.store import end_of_client
from services.accounts.organisation.model import Organisation


async def covers(tx: AsyncSession, account_id: UUID, client_id: UUID, scopes: Collection[str]) -> bool:
    """Whether the account's owner has already let the client have all of `scopes`."""
    kept = await tx.get(
        Consent, (account_id, client_id), with_for_update={"read": True}
    )  # till the code is kept
    return kept is not None and set(scopes) <= set(kept.scopes)


async def give(tx: AsyncSession, account_id: UUID, client_id: UUID, scopes: Collection[str]) -> None:
    """Remember a consent; what was given before stays."""
    kept = await tx.get(Consent, (account_id, client_id))
    together = sorted({*scopes, *(kept.scopes if kept else ())})
    row = insert(Consent).values(account_id=account_id, client_id=client_id, scopes=together)
    again = {"scopes": together, "given_at": func.now()}
    await tx.execute(row.on_conflict_do_update(index_elements=["account_id", "client_id"], set_=again))


async def of_account(tx: AsyncSession, account_id: UUID) -> list[ConsentOut]:
    """Every consent of an account, the newest first."""
    query = (
        select(Consent, Client.name, Organisation.name)
        .join(Client, Client.id == Consent.client_id)
        .join(Organisation, Organisation.id == Client.organisation_id)
        .where(Consent.account_id == account_id)
        .order_by(Consent.given_at.desc(), Consent.client_id)
    )
    return [
        ConsentOut(
            client_id=consent.client_id,
            client_name=client_name,
            organisation_name=organisation_name,
            scopes=consent.scopes,
            given_at=consent.given_at,
        )
        for consent, client_name, organisation_name in await tx.execute(query)
    ]


async def take_back(tx: AsyncSession, account_id: UUID, client_id: UUID) -> None:
    """Take a consent back; what the client holds of the account's ends with it.

    Raises:
        ConsentNotFound: the account's owner has let no such client do anything.
    """
    gone = delete(Consent).where(Consent.account_id == account_id, Consent.client_id == client_id)
    if await tx.scalar(gone.returning(Consent.client_id)) is None:
        raise ConsentNotFound
    await end_of_client(tx, client_id, account_id=account_id, by="CONSENT_TAKEN_BACK")
