"""A mistyped document is corrected or removed by the employer's manager: with a reason, told to the person, for ever kept."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import DocumentChange, DocumentKind, PersonDocumentChanged
from services.accounts.installation import Desk
from services.accounts.person import document, identity, store
from services.accounts.person.document import Document
from services.accounts.person.errors import (
    DocumentElsewhere,
    DocumentNotFound,
    DocumentTwice,
    LastDocument,
)
from services.accounts.person.model import Person, PersonDocument
from services.accounts.person.schemas import DocumentIn
from services.kit import outbox
from services.kit.auth import Actor
from services.kit.errors import Basis


async def correct(
    tx: AsyncSession, desk: Desk, actor: Actor, named: tuple[UUID, UUID], told: DocumentIn, reason: str
) -> tuple[Person, tuple[Basis, ...]]:
    """Put what a document says right; `named` are the person's id and the document's, which it keeps.

    Raises:
        PersonNotFound, RoleMissing, DocumentNotFound: it is not the caller's to see, or to manage, or there is none.
        DocumentWrong, NationalityMissing, NationalityNeedless: the number cannot be right.
        DocumentElsewhere: another account has the document; says where.
        DocumentTwice: the person has it already, as another of the documents.
        LastDocument: nothing that lasts for life would be left by which the person is known.
    """
    person, kept = await _held(tx, desk, actor, named)
    basis = (desk.policy.articles["one_account"],)
    found = document.judge(
        desk.policy,
        desk.moment.today,
        told.kind,
        told.number.get_secret_value(),
        told.nationality,
        field_="document",
    )
    others = [each for each in person.documents if each.id != kept.id]
    _require_lasting(desk, kept, [*(each.kind for each in others), found.kind], basis)
    before = identity.shown_document(desk.installation.sealer, kept).masked_number
    await _replace(tx, desk, actor, kept, found, others)
    masked = {"before": before, "after": document.masked(found.number)}
    change = DocumentChange.CORRECTED
    await _tell(tx, desk, actor, person, change, {"kind": found.kind, **masked}, reason, basis)
    return person, basis


async def remove(
    tx: AsyncSession, desk: Desk, actor: Actor, named: tuple[UUID, UUID], reason: str
) -> tuple[Person, tuple[Basis, ...]]:
    """Take away a document that is not the person's; one that lasts for life must be left if there was one.

    Raises:
        PersonNotFound, RoleMissing, DocumentNotFound: it is not the caller's to see, or to manage, or there is none.
        LastDocument: nothing would be left by which the person is known, or nothing that lasts.
    """
    person, kept = await _held(tx, desk, actor, named)
    basis = (desk.policy.articles["one_account"],)
    left = [each.kind for each in person.documents if each.id != kept.id]
    _require_lasting(desk, kept, left, basis)
    told = {
        "kind": kept.kind,
        "before": identity.shown_document(desk.installation.sealer, kept).masked_number,
    }
    await store.remove_document(tx, kept.id)
    await _tell(tx, desk, actor, person, DocumentChange.REMOVED, told, reason, basis)
    return person, basis


async def _held(
    tx: AsyncSession, desk: Desk, actor: Actor, named: tuple[UUID, UUID]
) -> tuple[Person, PersonDocument]:
    """The person, locked, and the document; judged by where the person is once nobody can change it."""
    person_id, document_id = named
    await store.get(tx, person_id, seen_by=actor)
    person = await store.lock(tx, person_id)
    authorization.require(Act.MANAGE_PERSON, actor, person.employers, desk.policy.articles["one_account"])
    kept = next((each for each in person.documents if each.id == document_id), None)
    if kept is None:
        raise DocumentNotFound
    return person, kept


def _require_lasting(desk: Desk, kept: PersonDocument, left: Sequence[str], basis: tuple[Basis, ...]) -> None:
    lasts = {kind for kind, rule in desk.policy.people.documents.items() if not rule.renewed}
    if not left or (kept.kind in lasts and not lasts.intersection(map(DocumentKind, left))):
        raise LastDocument(field="document", basis=basis)


async def _replace(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    kept: PersonDocument,
    found: Document,
    others: Sequence[PersonDocument],
) -> None:
    """The same row with another number; of two who want the number at once, one has it."""
    values = identity.row(desk, actor.id, kept.person_id, found) | {"id": kept.id}
    basis = (desk.policy.articles["one_account"],)
    if any(each.digest == values["digest"] for each in others):
        raise DocumentTwice(field="document", basis=basis)
    await store.remove_document(tx, kept.id)
    while not await store.add_document(tx, values):
        await identity.refuse_known(tx, desk, found, DocumentElsewhere)
    tx.expire(kept)


async def _tell(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    person: Person,
    change: DocumentChange,
    told: dict[str, str],
    reason: str,
    basis: tuple[Basis, ...],
) -> None:
    """Audit, with masked numbers alone, and the event by which the person is told."""
    await identity.keep_in_mind(
        tx, desk, actor, person, f"DOCUMENT_{change}", {**told, "reason": reason}, *basis
    )
    event = PersonDocumentChanged(
        person_id=person.id, document_kind=DocumentKind(told["kind"]), change=change, reason=reason
    )
    await outbox.publish(tx, event, desk.moment)
    await tx.refresh(person)
