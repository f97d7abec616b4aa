"""A file is sent in parts, straight to where files lie, and goes on after a break (`services.files.staging`).

Each part has a link of its own: of the S3 server where files lie there, else of this service. Whoever lost the links, or
comes back later from another place, asks again and is told what is still to be sent. The parts become a file only when
they are read as one and looked into like any other; what is refused is gone with its parts.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from services.files import links as files
from services.files import staging
from services.files.errors import UNFIT, FileTooLarge
from services.files.receiving import arrived
from services.files.staging import Plan
from services.files.storage import Storage
from services.kit.errors import Basis, Unavailable
from services.workflow.declaration import store as declaration_store
from services.workflow.declaration.call import Call
from services.workflow.material import links, service, upload
from services.workflow.material.errors import DigestWrong, PartCut, PartsMissing
from services.workflow.material.links import PartLink, Purpose, WholeLink
from services.workflow.material.model import Material
from services.workflow.material.schemas import MaterialIn, MaterialInParts, PartOut
from services.workflow.policy import NoticePolicy


async def begin(
    call: Call, declaration_id: UUID, asked: MaterialInParts
) -> tuple[Material, tuple[Basis, ...]]:
    """Announce a material whose file is sent in parts.

    Raises:
        Refusal: of `service.announce`.
    """
    told = MaterialIn.model_validate(asked.model_dump(exclude={"size"}))
    return await service.announce(call, declaration_id, told)


async def links_of(
    call: Call, material: Material, size: int, storage: Storage, *, begun: bool
) -> tuple[list[PartOut], str, datetime]:
    """What is still to be sent, each with its link; where to say that all is there; and when the links end.

    The storage is asked only of what was `begun` before, and the transaction ends then: whoever begins holds the declaration,
    and nothing is there yet.

    Raises:
        FileTooLarge: the file has more bytes than are taken.
        Unavailable: the storage does not answer.
    """
    declaration = await declaration_store.get(call.tx, material.declaration_id, call.actor)
    policy = call.policy(declaration)
    limits = policy.material.limits
    if size > limits.file_bytes:
        raise FileTooLarge(limit=limits.file_bytes, field="size", basis=[policy.articles["clear_materials"]])
    plan, until = plan_of(material, policy, size), files.ending(limits.upload_minutes)
    mine = {"material_id": material.id, "account_id": call.actor.id, "name": call.actor.name}
    whole = WholeLink(**mine, until=until, size=size)
    if begun:
        await call.tx.commit()  # only read so far: no connection is held while the storage is asked
    left = set(await staging.missing(storage, plan) if begun else plan.numbers)

    async def url(number: int) -> str | None:
        if number not in left:
            return None
        given = await storage.link_to(plan.key(number), limits.upload_minutes * files.SECONDS)
        part = PartLink(**mine, until=until, number=number, size=size)
        return given or links.path_of(call.sealer, Purpose.PART, part)

    parts = [
        PartOut(number=each, offset=plan.offset(each), size=plan.size_of(each), url=await url(each))
        for each in plan.numbers
    ]
    return parts, links.path_of(call.sealer, Purpose.WHOLE, whole), whole.expires_at


def plan_of(material: Material, policy: NoticePolicy, size: int) -> Plan:
    """How the material's file is sent."""
    folder = staging.folder_of(material.province, material.id)
    return Plan(folder, size, policy.material.part_bytes)


async def take(desk: upload.Desk, link: PartLink, pieces: AsyncIterator[bytes]) -> None:
    """Put a part where files lie; sent again it takes the place of the former.

    Raises:
        MaterialNotFound, NotWithApplicant, NotReturned, RulesBroken: the applicant may not write any more.
        FileTooLarge, PartCut: it has more bytes than a part of that number, or fewer.
        Unavailable: the storage does not answer.
    """
    async with desk.database.begin() as tx:
        material, _, policy = await upload.writable(desk, tx, link, locked=False)
    plan = plan_of(material, policy, link.size)
    size = plan.size_of(link.number)
    async with arrived(pieces, size) as part:
        if part.size < size:
            raise PartCut(size=size, got=part.size, field="file")
        await desk.storage.put(plan.key(link.number), part.file)


async def finish(desk: upload.Desk, link: WholeLink, sha256: bytes) -> tuple[Material, tuple[Basis, ...]]:
    """Read the parts as one file and keep it; said again after success, or meanwhile, it answers the same.

    Raises:
        PartsMissing: one is not there, or not of its size; the others stay.
        DigestWrong: they make another file; they are gone.
        Refusal: of `upload.receive`; of a file that is not taken the parts are gone, else they stay.
    """
    material, basis, plan = await _found(desk, link)
    if material.sha256 is not None:
        return upload.same_again(material, sha256), basis
    try:
        return await _gathered(desk, link, plan, sha256, basis)
    except (PartsMissing, Unavailable):
        material, basis, _ = await _found(desk, link)
        if material.sha256 is None:
            raise
        return upload.same_again(material, sha256), basis  # who said so at the same time took the parts


async def _found(desk: upload.Desk, link: WholeLink) -> tuple[Material, tuple[Basis, ...], Plan]:
    async with desk.database.begin() as tx:
        material, _, policy = await upload.writable(desk, tx, link, locked=False)
    return material, (policy.articles["clear_materials"],), plan_of(material, policy, link.size)


async def _gathered(
    desk: upload.Desk, link: WholeLink, plan: Plan, sha256: bytes, basis: tuple[Basis, ...]
) -> tuple[Material, tuple[Basis, ...]]:
    """The file that the parts make, kept; they are gone then, and where it is not taken."""
    if left := await staging.missing(desk.storage, plan):
        numbers = ", ".join(map(str, left))
        raise PartsMissing(numbers=numbers, field="parts", basis=basis)
    try:
        kept = await upload.receive(desk, link, staging.whole(desk.storage, plan), sha256=sha256)
    except (*UNFIT, DigestWrong):
        await staging.clear(desk.storage, plan)
        raise
    await staging.clear(desk.storage, plan)
    return kept
