"""Whose resident ids are: asked by the platform's own services for files that name people so, and by nobody else."""

from collections.abc import Sequence

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import DocumentKind
from services.accounts.installation import Desk
from services.accounts.person import document, store
from services.accounts.person.document import Document
from services.accounts.person.errors import DocumentWrong
from services.accounts.person.schemas import NumberFoundOut


async def found(tx: AsyncSession, desk: Desk, numbers: Sequence[SecretStr]) -> list[NumberFoundOut]:
    """What each number is, in their order; whoever is known by one is found in one query."""
    read = [_read(desk, each) for each in numbers]
    digests = [each.digest(desk.installation.sealer) if each else b"" for each in read]
    people = await store.of_documents(tx, set(digests))
    told = []
    for known, digest in zip(read, digests, strict=True):
        person = people.get(digest)
        told.append(
            NumberFoundOut(
                masked_number=document.masked(known.number) if known else None,
                person_id=person.id if person else None,
                account_id=person.account_id if person else None,
                name=person.name if person else None,
            )
        )
    return told


def _read(desk: Desk, told: SecretStr) -> Document | None:
    kind, number = DocumentKind.RESIDENT_ID, told.get_secret_value()
    try:
        return document.judge(desk.policy, desk.moment.today, kind, number, None, field_="number")
    except DocumentWrong:
        return None
