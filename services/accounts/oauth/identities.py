"""Which account a person of an external issuer has here: known by issuer and subject, found the first time by a claim."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import DocumentKind
from services.accounts.installation import Desk
from services.accounts.oauth.errors import SubjectUnknown
from services.accounts.oauth.issuer import Subject
from services.accounts.oauth.model import ExternalIdentity
from services.accounts.oauth.service import basis_of
from services.accounts.oauth.states import FirstFoundBy
from services.accounts.person.document import Document, normalised
from services.accounts.person.model import Person, PersonDocument
from services.accounts.sign_in.model import Account
from services.kit import audit
from services.kit.auth import Actor


async def account_of(tx: AsyncSession, desk: Desk, subject: Subject) -> UUID:
    """The account of a subject; who comes the first time is linked to the one the claim names.

    Raises:
        SubjectUnknown: no account is, or that account is linked to another subject of the issuer; nothing is written.
    """
    known = await _linked(tx, subject)
    if known is not None:
        return known
    found = await _found(tx, desk, subject.found_by.strip())
    if found is None:
        raise SubjectUnknown(basis=(basis_of(desk),))
    link = insert(ExternalIdentity).values(issuer=subject.issuer, subject=subject.subject, account_id=found)
    if await tx.scalar(link.on_conflict_do_nothing().returning(ExternalIdentity.account_id)) is None:
        known = await _linked(tx, subject)  # of two at once, the other was first
        if known is None:
            raise SubjectUnknown(basis=(basis_of(desk),))
        return known
    await audit.record(
        tx,
        actor=Actor(found, "person", "-"),
        action="external_identity.LINK",
        subject=f"account/{found}",
        moment=desk.moment,
        basis=(basis_of(desk),),
    )
    return found


async def _linked(tx: AsyncSession, subject: Subject) -> UUID | None:
    query = select(ExternalIdentity.account_id).where(
        ExternalIdentity.issuer == subject.issuer, ExternalIdentity.subject == subject.subject
    )
    found: UUID | None = await tx.scalar(query)
    return found


async def _found(tx: AsyncSession, desk: Desk, value: str) -> UUID | None:
    """The account that a claim's value names, by what the policy says it holds."""
    if not value or not value.isprintable():
        return None
    if desk.policy.oauth.external.first_found_by is FirstFoundBy.LOGIN:
        query = select(Account.id).where(Account.login == value.lower())
    else:
        number = normalised(value)
        document = Document(DocumentKind.RESIDENT_ID, number, number)
        query = select(Person.account_id).join(PersonDocument, PersonDocument.person_id == Person.id)
        query = query.where(PersonDocument.digest == document.digest(desk.installation.sealer))
    found: UUID | None = await tx.scalar(query)
    return found
