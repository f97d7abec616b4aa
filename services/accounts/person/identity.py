"""What is personal of a person: documents, telephone and e-mail address; sealed, shown masked, unmasked for a purpose."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import DocumentKind, PersonContactChanged, ReaderContact
from services.accounts.installation import Desk
from services.accounts.learning import service as learning
from services.accounts.person import document, store
from services.accounts.person.document import Document
from services.accounts.person.errors import (
    DocumentElsewhere,
    DocumentsTooMany,
    PersonExists,
    PersonNotFound,
)
from services.accounts.person.model import Person, PersonDocument
from services.accounts.person.projection import EVERY, OF_DOCUMENTS, Part
from services.accounts.person.schemas import (
    ContactIn,
    DocumentIn,
    DocumentOut,
    PersonOut,
    UnmaskedOut,
    WholeDocument,
)
from services.kit import audit, outbox
from services.kit.auth import Actor
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.sealing import Sealer

PHONE, EMAIL = "person.phone", "person.email"


async def add_document(
    tx: AsyncSession, desk: Desk, actor: Actor, person_id: UUID, told: DocumentIn
) -> tuple[Person, tuple[Basis, ...]]:
    """A further document of a person, told by the employer's manager or by the person after the online test.

    Raises:
        PersonNotFound, RoleMissing: the person is not the caller's to see, or to manage.
        TestNotPassed: the person writes nothing before the test of the cycle (二（三）).
        DocumentWrong, NationalityMissing, NationalityNeedless: the number cannot be right.
        DocumentElsewhere: another account has it; says where.
        DocumentsTooMany: more than anybody has.
    """
    await store.get(tx, person_id, seen_by=actor)
    person = await store.lock(tx, person_id)
    articles = desk.policy.articles
    basis = [articles["one_account"]]
    if actor.person_id == person.id:
        passed = await learning.require_passed(tx, desk, actor)
        basis += [passed] if passed else []
    else:
        authorization.require(Act.MANAGE_PERSON, actor, person.employers, *basis)
    found = document.judge(
        desk.policy,
        desk.moment.today,
        told.kind,
        told.number.get_secret_value(),
        told.nationality,
        field_="document",
    )
    most = desk.policy.people.documents_at_most
    if await _own(tx, desk, person, found):
        return person, tuple(basis)
    if len(person.documents) >= most:
        raise DocumentsTooMany(most=most, field="document", basis=basis)
    await keep(tx, desk, actor, person.id, found, DocumentElsewhere)
    await keep_in_mind(tx, desk, actor, person, "ADD_DOCUMENT", {"kind": found.kind}, *basis)
    await tx.refresh(person)
    return person, tuple(basis)


async def unmask(
    tx: AsyncSession, desk: Desk, actor: Actor, person_id: UUID, purpose: str
) -> tuple[UnmaskedOut, Basis]:
    """A person's numbers whole, to someone who works on the case; who, when and why is kept for ever.

    Raises:
        PersonNotFound: there is none, or none of the caller's.
        RoleMissing: the caller does not work on the person's cases.
    """
    person, basis = await store.get(tx, person_id, seen_by=actor), desk.policy.articles["unmasked"]
    authorization.require(Act.UNMASK_PERSON, actor, person.lineage, basis)
    sealer = desk.installation.sealer
    await keep_in_mind(tx, desk, actor, person, "UNMASK", {"purpose": purpose}, basis)
    whole = [
        WholeDocument(kind=each.kind, number=_number(sealer, each), nationality=each.nationality)
        for each in person.documents
    ]
    phone, email = _phone(sealer, person), _email(sealer, person)
    return UnmaskedOut(
        person_id=person.id, name=person.name, documents=whole, phone=phone, email=email, purpose=purpose
    ), basis


async def set_contact(
    tx: AsyncSession, desk: Desk, actor: Actor, person_id: UUID, told: ContactIn
) -> tuple[Person, tuple[Basis, ...]]:
    """A person's own new telephone or e-mail address, after the online test of the cycle (二（三）).

    Raises:
        PersonNotFound: it is not the caller's own.
        TestNotPassed: nothing is written before the test.
    """
    if actor.person_id != person_id:
        raise PersonNotFound
    basis = await learning.require_passed(tx, desk, actor)
    person, sealer = await store.lock(tx, person_id), desk.installation.sealer
    values = {
        "phone_sealed": sealed_phone(sealer, told.phone),
        "email_sealed": sealer.seal_text(told.email, context=EMAIL) if told.email else None,
    }
    changed = {name: sealed for name, sealed in values.items() if sealed is not None}
    await store.set_contact(tx, person, changed)
    fields = [name.removesuffix("_sealed") for name in changed]
    articles = (basis,) if basis else ()
    await keep_in_mind(tx, desk, actor, person, "SET_CONTACT", {"fields": fields}, *articles)
    await outbox.publish(tx, PersonContactChanged(person_id=person.id), desk.moment)
    return person, articles


async def refuse_known(
    tx: AsyncSession,
    desk: Desk,
    found: Document,
    refusal: type[PersonExists | DocumentElsewhere] = PersonExists,
) -> None:
    """Refuse an account for someone who has one, or a document that another has.

    Raises:
        PersonExists, DocumentElsewhere: the `refusal`; says where.
    """
    person = await store.of_document(tx, found.digest(desk.installation.sealer))
    if person is not None:
        organisation, region = await _where(tx, desk, person)
        basis = (desk.policy.articles["one_account"],)
        raise refusal(organisation=organisation, region=region, field="document", basis=basis)


async def keep(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    person_id: UUID,
    found: Document,
    refusal: type[PersonExists | DocumentElsewhere] = PersonExists,
) -> None:
    """Write a document of a person; where it was another's a moment ago and is nobody's now, it is written too.

    Raises:
        PersonExists, DocumentElsewhere: another account has it, be it made this moment; says where.
    """
    values = row(desk, actor.id, person_id, found)
    while not await store.add_document(tx, values):
        await refuse_known(tx, desk, found, refusal)


def row(desk: Desk, added_by: UUID, person_id: UUID, found: Document) -> dict[str, Any]:
    """The columns of a document."""
    sealer = desk.installation.sealer
    return {
        "id": new_id(),
        "province": desk.installation.province,
        "person_id": person_id,
        "kind": found.kind,
        "nationality": found.nationality,
        "number_sealed": found.sealed(sealer),
        "digest": found.digest(sealer),
        "added_by": added_by,
        "added_at": desk.moment.instant,
    }


async def _own(tx: AsyncSession, desk: Desk, person: Person, found: Document) -> bool:
    """Whether the person has the document already; another's is refused."""
    holder = await store.of_document(tx, found.digest(desk.installation.sealer))
    if holder is None or holder.id == person.id:
        return holder is not None
    await refuse_known(tx, desk, found, DocumentElsewhere)
    return False


async def _where(tx: AsyncSession, desk: Desk, person: Person) -> tuple[str, str]:
    """The organisation and the region where a person's account is."""
    home = await store.home_of(tx, person)
    region = desk.policy.placed.get(home.region_code)
    return home.name, region.name if region else home.region_code


def sealed_phone(sealer: Sealer, phone: str | None) -> bytes | None:
    """A telephone number at rest, without the country's prefix."""
    return sealer.seal_text(phone.removeprefix("+86"), context=PHONE) if phone else None


def shown(sealer: Sealer, person: Person, parts: Collection[Part] = EVERY) -> PersonOut:
    """A person as answers show it: numbers masked, and only those of these parts opened."""
    kept = person.documents if OF_DOCUMENTS.intersection(parts) else []
    documents = [shown_document(sealer, each) for each in kept]
    resident = [each for each in documents if each.kind is DocumentKind.RESIDENT_ID]
    phone = _phone(sealer, person) if "masked_phone" in parts else None
    email = _email(sealer, person) if "masked_email" in parts else None
    return PersonOut.model_validate(
        {
            "id": person.id,
            "account_id": person.account_id,
            "name": person.name,
            "state": person.state,
            "documents": documents if "documents" in parts else [],
            "masked_resident_id": resident[0].masked_number
            if resident and "masked_resident_id" in parts
            else None,
            "masked_phone": document.masked_phone(phone) if phone else None,
            "masked_email": document.masked_email(email) if email else None,
            "kind": person.kind,
            "rests_on": person.rests_on,
            "employer_id": person.employer_id,
            "department_id": person.department_id,
            "created_at": person.created_at,
            "version": person.version,
        }
    )


def reached(sealer: Sealer, person: Person) -> ReaderContact:
    """Where a person is reached, for the service that sends notices out."""
    return ReaderContact(
        person_id=person.id,
        account_id=person.account_id,
        phone=_phone(sealer, person),
        email=_email(sealer, person),
    )


def shown_document(sealer: Sealer, kept: PersonDocument) -> DocumentOut:
    """A document with its number masked."""
    return DocumentOut(
        id=kept.id,
        kind=DocumentKind(kept.kind),
        masked_number=document.masked(_number(sealer, kept)),
        nationality=kept.nationality,
        added_at=kept.added_at,
    )


def numbers(sealer: Sealer, person: Person, kind: DocumentKind) -> list[str]:
    """A person's numbers of a kind whole; whoever asks keeps in the audit that they were opened."""
    return [_number(sealer, each) for each in person.documents if each.kind == kind]


def _number(sealer: Sealer, kept: PersonDocument) -> str:
    return sealer.open_text(kept.number_sealed, context=f"person.{kept.kind.lower()}")


def _phone(sealer: Sealer, person: Person) -> str | None:
    return sealer.open_text(person.phone_sealed, context=PHONE) if person.phone_sealed else None


def _email(sealer: Sealer, person: Person) -> str | None:
    return sealer.open_text(person.email_sealed, context=EMAIL) if person.email_sealed else None


async def keep_in_mind(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    person: Person,
    action: str,
    detail: dict[str, object],
    *basis: Basis,
) -> None:
    """The audit of an act on a person; `detail` holds no number whole."""
    await audit.record(
        tx,
        actor=actor,
        action=f"person.{action}",
        subject=f"person/{person.id}",
        moment=desk.moment,
        organisation_id=person.employer_id,
        basis=basis,
        detail=detail,
    )
