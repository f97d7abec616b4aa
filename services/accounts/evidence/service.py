"""Asking for links: to send the next version of a record's evidence, and to open one."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.evidence import store
from services.accounts.evidence.errors import EvidenceDiffers, NamedByNumber
from services.accounts.evidence.links import Fetching, Sending
from services.accounts.evidence.model import EvidenceFile
from services.accounts.evidence.schemas import SendingIn
from services.accounts.installation import Desk
from services.accounts.learning.service import require_passed
from services.accounts.person.model import Person
from services.accounts.record import store as records
from services.accounts.record.model import Record
from services.accounts.record.rules import holds_resident_id
from services.accounts.record.states import RecordAction
from services.accounts.record.steps import STEPS
from services.files.inspection import type_of
from services.files.refusing import refuse_classified_words
from services.kit import audit
from services.kit.auth import Actor, Seat
from services.kit.errors import Basis
from services.kit.steps import Move, decide


async def ask_to_send(
    tx: AsyncSession, desk: Desk, actor: Actor, record_id: UUID, asked: SendingIn
) -> tuple[Sending, tuple[Basis, ...]]:
    """A link to send a file for a record that is not confirmed; nothing is written but the line that it was given.

    Raises:
        RecordNotFound: there is none, or none of the caller's.
        ActionNotAvailable, NotYourStep, StaleVersion: nothing can be sent now, or not by the caller.
        TestNotPassed: no personal data before the person has passed the online test.
        FileTypeNotTaken, Classified, NamedByNumber: a file of that name is not taken.
        EvidenceDiffers: the digest is another than the record tells.
    """
    record, person = await records.get(tx, record_id, seen_by=actor)
    move = await may_send(tx, desk, actor, record, person, version=asked.version)
    _refuse_name(desk, asked.file_name)
    refuse_other(record, asked.sha256)
    rules, articles = desk.policy.evidence, desk.policy.articles
    link = Sending.given_to(
        actor,
        move.seat,
        rules.limits.upload_minutes,
        record_id=record.id,
        file_name=asked.file_name,
        sha256=asked.sha256,
        replaces_id=record.file.id if record.file else None,
    )
    basis = (*move.basis, articles["nothing_classified"])
    await note(tx, desk, actor, "ASK_TO_SEND", f"person_record/{record.id}", move.seat, basis)
    return link, basis


async def may_send(
    tx: AsyncSession, desk: Desk, actor: Actor, record: Record, person: Person, version: int | None = None
) -> Move:
    """The step of sending a file, decided.

    Raises:
        ActionNotAvailable, NotYourStep, StaleVersion, TestNotPassed: it cannot be taken.
    """
    facts = record.as_facts(person, actor)
    articles = desk.policy.articles
    move = decide(STEPS, facts, RecordAction.SEND_EVIDENCE, actor, articles, version=version)
    await require_passed(tx, desk, person.id)
    return move


def refuse_other(record: Record, digest: str | None) -> None:
    """Refuse a digest that is not the one the record tells; where a file is there, the next one is another.

    Raises:
        EvidenceDiffers: with the digest that was told.
    """
    told = record.digest_told if record.file is None else None
    if digest is not None and told is not None and digest != told:
        raise EvidenceDiffers(told=told, field="sha256")


def _refuse_name(desk: Desk, file_name: str) -> None:
    type_of(desk.policy.evidence, file_name)
    basis = desk.policy.articles["nothing_classified"]
    refuse_classified_words(desk.policy.evidence, basis, file_name=file_name)
    if holds_resident_id(file_name, desk.moment.today):
        raise NamedByNumber(field="file_name")


async def ask_to_open(
    tx: AsyncSession, desk: Desk, actor: Actor, record_id: UUID, number: int | None
) -> tuple[EvidenceFile, Fetching, tuple[Basis, ...]]:
    """A file and a link to fetch it; who asked for it is kept.

    Raises:
        RecordNotFound: there is no such record, or none of the caller's.
        EvidenceNotThere: it has no such file.
    """
    record, person = await records.get(tx, record_id, seen_by=actor)
    file = await store.version(tx, record.id, number)
    seat = _reading_seat(actor, record, person)
    minutes, basis = desk.policy.evidence.limits.download_minutes, (desk.policy.articles["unit_verifies"],)
    link = Fetching.given_to(actor, seat, minutes, file_id=file.id)
    await note(tx, desk, actor, "OPEN", subject_of(file.id), seat, basis, record_id=str(record.id))
    return file, link, basis


def _reading_seat(actor: Actor, record: Record, person: Person) -> Seat | None:
    """The seat in which the caller reads: where he or she confirms it, works above the person, or is the person."""
    return (
        authorization.own_seat(actor, person.id)
        or authorization.seat_at(Act.CONFIRM_RECORD, actor, record.confirmer_of(person))
        or authorization.seat_for(Act.READ_PERSON, actor, person.lineage)
    )


async def note_opening(tx: AsyncSession, desk: Desk, link: Fetching, file: EvidenceFile) -> None:
    """The holder of a link has opened its file (三（二）): remembered once, and written into the audit log each time."""
    await store.record_opening(tx, file.id, link.account_id, desk.moment.instant)
    basis, whose = (desk.policy.articles["unit_verifies"],), str(file.record_id)
    await note(tx, desk, link.actor, "FETCH", subject_of(file.id), link.seat, basis, record_id=whose)


def subject_of(file_id: UUID) -> str:
    """A file as the audit log names it."""
    return f"evidence_file/{file_id}"


async def note(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    action: str,
    subject: str,
    seat: Seat | None,
    basis: tuple[Basis, ...],
    **detail: object,
) -> None:
    """Write what was done with a file into the audit log."""
    await audit.record(
        tx,
        actor=actor,
        action=f"evidence_file.{action}",
        subject=subject,
        moment=desk.moment,
        organisation_id=seat.organisation_id if seat else None,
        role=seat.role if seat else None,
        basis=basis,
        detail=detail,
    )
