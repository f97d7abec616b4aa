"""Where files of evidence are taken and handed out.

A file is counted and looked into as it comes, written to the storage, and only then in force. No transaction is open while
bytes flow. Its row is there before its bytes are, so that whatever is left over when something fails is found by the
sweep; a file that is refused has no row and is not written.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import RecordEvidenceSent
from services.accounts.evidence import service, store
from services.accounts.evidence.errors import EvidenceDiffers, EvidenceReplaced
from services.accounts.evidence.links import Fetching, Sending
from services.accounts.evidence.model import EvidenceFile
from services.accounts.installation import Desk, Installation
from services.accounts.record import service as record_service
from services.accounts.record import store as records
from services.accounts.record.model import Record
from services.files.receiving import Arrived, Grounds, Looking, arrived, media_type_of
from services.files.storage import Storage, key_of
from services.kit import clock
from services.kit.db import Database
from services.kit.errors import Basis
from services.kit.ids import new_id

Answer = tuple[EvidenceFile, tuple[Basis, ...]]


@dataclass(frozen=True, slots=True)
class Counter:
    """Where files of evidence are taken and handed out."""

    db: Database
    installation: Installation
    storage: Storage
    looking: Looking
    simulated_clock: bool

    async def desk(self, tx: AsyncSession) -> Desk:
        """The desk of this moment."""
        return Desk(self.installation, await clock.now(tx, simulated=self.simulated_clock))


async def hand_out(counter: Counter, link: Fetching) -> tuple[EvidenceFile, AsyncIterator[bytes]]:
    """The file that a link leads to, and its bytes; once they are at hand, the link's holder has opened it.

    Raises:
        EvidenceNotThere: it was let go.
    """
    async with counter.db.begin() as tx:
        file = await store.get(tx, link.file_id)
    pieces = await counter.storage.open(file.storage_key)
    async with counter.db.begin() as tx:
        await service.note_opening(tx, await counter.desk(tx), link, file)
    return file, pieces


async def receive(counter: Counter, link: Sending, pieces: AsyncIterator[bytes]) -> Answer:
    """Keep the file that a link was given for; the same bytes again answer the same.

    Raises:
        RecordNotFound, ActionNotAvailable, NotYourStep, TestNotPassed: nothing can be sent any more.
        EvidenceReplaced: another file came since the link was given.
        EvidenceDiffers: the bytes are not those that were told.
        FileTooLarge, FileEmpty, FileMistyped, FilePolyglot, FileEncrypted, FileUnreadable, FileBlank, FileBlurred,
        MalwareFound, Classified: the file is not taken.
    """
    async with counter.db.begin() as tx:
        desk = await counter.desk(tx)
        record, person = await records.of_link(tx, link.record_id, locked=False)
        move = await service.may_send(tx, desk, link.actor, record, person)
    async with arrived(pieces, desk.policy.evidence.limits.file_bytes) as sent:
        if there := _there_already(record, link, sent.sha256):
            return there, move.basis
        _refuse_other(record, link, sent.sha256)
        file_id = await _write(counter, desk, link, sent)
    async with counter.db.begin() as tx:
        return await _keep(tx, await counter.desk(tx), link, file_id, sent.sha256)


def _there_already(record: Record, link: Sending, digest: bytes) -> EvidenceFile | None:
    """The file in force, where it is the one that is sent.

    Raises:
        EvidenceReplaced: it is neither that nor the one that is to be replaced.
    """
    now = record.file
    if now is not None and now.sha256 == digest:
        return now
    if link.replaces_id != (now.id if now else None):
        raise EvidenceReplaced
    return None


def _refuse_other(record: Record, link: Sending, digest: bytes) -> None:
    if link.sha256 is not None and link.sha256 != digest.hex():
        raise EvidenceDiffers(told=link.sha256, field="file")
    service.refuse_other(record, digest.hex())


async def _write(counter: Counter, desk: Desk, link: Sending, sent: Arrived) -> UUID:
    """Look into the file and write it; its row, which is not yet in force."""
    articles = desk.policy.articles
    grounds = Grounds(clear=articles["clear_materials"], classified=articles["nothing_classified"])
    media_type = await media_type_of(
        sent.file, link.file_name, desk.policy.evidence, grounds, counter.looking
    )
    file_id, key = new_id(), key_of(counter.installation.province, sent.sha256)
    values = {
        "id": file_id,
        "province": counter.installation.province,
        "record_id": link.record_id,
        "file_name": link.file_name,
        "media_type": media_type,
        "size": sent.size,
        "sha256": sent.sha256,
        "storage_key": key,
        "sent_by": link.account_id,
    }
    async with counter.db.begin() as tx:
        await store.reserve(tx, values)
    await counter.storage.put(key, sent.file)
    return file_id


async def _keep(tx: AsyncSession, desk: Desk, link: Sending, file_id: UUID, digest: bytes) -> Answer:
    """Bring the written file into force, if the record still waits for it."""
    actor = link.actor
    record, person = await records.of_link(tx, link.record_id, locked=True)
    move = await service.may_send(tx, desk, actor, record, person)
    if there := _there_already(record, link, digest):
        return there, move.basis
    _refuse_other(record, link, digest)
    file = await store.bring_into_force(tx, file_id, record.file, desk.moment.instant)
    number = file.number
    event = RecordEvidenceSent.model_validate({**record_service.about(record, person), "number": number})
    evidence = {**record.evidence, "sha256": digest.hex()}
    await record_service.take(tx, desk, actor, record, move, event, {"evidence": evidence})
    subject, told = service.subject_of(file.id), {"number": number, "sha256": digest.hex(), "size": file.size}
    await service.note(
        tx, desk, actor, "STORE", subject, move.seat, move.basis, record_id=str(record.id), **told
    )
    return file, move.basis
