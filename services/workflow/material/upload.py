"""Takes a file: counted while it streams, looked into, written to the storage, and only then named by its row.

No transaction is open while bytes arrive. A refused file leaves nothing behind; one whose writing or naming fails is swept.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.files.receiving import Grounds, Looking, arrived, media_type_of
from services.files.storage import Storage, key_of
from services.kit import audit, clock
from services.kit.db import Database
from services.kit.errors import Basis
from services.kit.steps import refuse_broken
from services.workflow.declaration import facts
from services.workflow.declaration import service as declarations
from services.workflow.declaration import store as declaration_store
from services.workflow.declaration.errors import NotWithApplicant
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import WITH_APPLICANT
from services.workflow.material import store
from services.workflow.material.errors import AlreadyStored, DigestWrong, MaterialNotFound
from services.workflow.material.links import Link
from services.workflow.material.model import Material
from services.workflow.material.states import MaterialState
from services.workflow.material.sweeping import bring_into_force, reserve
from services.workflow.policy import NoticePolicy, Policies


@dataclass(frozen=True, slots=True)
class Desk:
    """What it takes to receive a file."""

    database: Database
    policies: Policies
    storage: Storage
    looking: Looking
    simulated_clock: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it was kept."""

    media_type: str
    size: int
    sha256: bytes
    key: str


async def receive(
    desk: Desk, link: Link, pieces: AsyncIterator[bytes], *, sha256: bytes | None = None
) -> tuple[Material, tuple[Basis, ...]]:
    """Keep the file that a link was given for, of this digest where one is told; sent again after success it answers the same.

    Raises:
        DigestWrong: it is another one than was meant.
        MaterialNotFound: the material was removed meanwhile.
        NotWithApplicant, NotReturned, RulesBroken: the applicant may not write any more.
        AlreadyStored: another file is there.
        FileTooLarge, FileEmpty, FileMistyped, FilePolyglot, FileEncrypted, FileUnreadable, FileBlank, FileBlurred,
        MalwareFound, Classified: it cannot be taken.
    """
    async with desk.database.begin() as tx:
        material, _, policy = await writable(desk, tx, link, locked=False)
    clear, classified = policy.articles["clear_materials"], policy.articles["nothing_classified"]
    limit, basis, grounds = policy.material.limits.file_bytes, (clear,), Grounds(clear, classified)
    async with arrived(pieces, limit) as sent:
        if sha256 not in {None, sent.sha256}:
            raise DigestWrong(field="sha256", basis=basis)
        if material.sha256 is not None:
            return same_again(material, sent.sha256), basis
        name = material.file_name
        media_type = await media_type_of(sent.file, name, policy.material, grounds, desk.looking)
        received = Received(media_type, sent.size, sent.sha256, key_of(material.province, sent.sha256))
        async with desk.database.begin() as tx:
            under_way = await reserve(tx, material.province, received.sha256, received.key)
        await desk.storage.put(received.key, sent.file)
    async with desk.database.begin() as tx:
        material, declaration, policy = await writable(desk, tx, link, locked=True)
        if material.sha256 is not None:
            return same_again(material, received.sha256), basis
        await bring_into_force(tx, under_way)
        await _keep(desk, tx, link, material, declaration, received)
        return material, basis


async def writable(
    desk: Desk, tx: AsyncSession, link: Link, *, locked: bool
) -> tuple[Material, Declaration, NoticePolicy]:
    """The material and its declaration, which the applicant may still write to."""
    material = await store.get_any(tx, link.material_id)
    declaration = await _declaration(tx, material.declaration_id, locked=locked)
    if locked:
        material = await store.get_any(tx, link.material_id)
    policy = desk.policies[declaration.policy]
    if material.standing in {MaterialState.REMOVED, MaterialState.REPLACED}:
        raise MaterialNotFound(field="material_id")
    if declaration.state not in WITH_APPLICANT:
        raise NotWithApplicant(basis=[policy.articles["materials_fixed"]])
    moment = await clock.now(tx, simulated=desk.simulated_clock)
    case = await facts.case_of(tx, declaration, policy, actor=link.actor, moment=moment)
    declarations.refuse_not_returned(case, {material.item}, policy.articles["materials_fixed"])
    refuse_broken("UPLOAD", (declarations.in_time(case),), case, policy.articles)
    return material, declaration, policy


async def _declaration(tx: AsyncSession, declaration_id: UUID, *, locked: bool) -> Declaration:
    if locked:
        return await declaration_store.lock_any(tx, declaration_id)
    found = await tx.get(Declaration, declaration_id)
    assert found is not None, "a material's declaration is held by a foreign key"
    return found


def same_again(material: Material, sha256: bytes) -> Material:
    """The material, whose file is there already.

    Raises:
        AlreadyStored: it is another one.
    """
    if material.sha256 != sha256:
        raise AlreadyStored(field="file")
    return material


async def _keep(
    desk: Desk, tx: AsyncSession, link: Link, material: Material, declaration: Declaration, received: Received
) -> None:
    """Name the kept file in its row; what it replaces goes out of force now."""
    moment = await clock.now(tx, simulated=desk.simulated_clock)
    material.media_type = received.media_type
    material.size = received.size
    material.sha256 = received.sha256
    material.storage_key = received.key
    material.stored_at = moment.instant
    if material.replaces_id is not None:
        replaced = await store.get_any(tx, material.replaces_id)
        if replaced.standing in {MaterialState.AWAITING_FILE, MaterialState.STORED}:
            replaced.replaced_at = moment.instant
    declarations.touch(declaration, {material.item})
    await tx.flush()
    await audit.record(
        tx,
        actor=link.actor,
        action="material.STORE",
        subject=f"material/{material.id}",
        moment=moment,
        basis=[desk.policies[declaration.policy].articles["clear_materials"]],
        detail={
            "declaration_id": str(declaration.id),
            "sha256": received.sha256.hex(),
            "size": received.size,
        },
    )
