"""Files of a declaration that an expert opens: those of the kinds that the policy names, without their names and titles.

A file cannot be masked. The link is asked again whether it still holds when it is followed, so that access is gone the
moment an expert steps back or the vote is closed.
"""

from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.files import links
from services.files.errors import LinkInvalid
from services.kit import audit
from services.kit.errors import Basis
from services.kit.sealing import Sealer
from services.workflow.call import Call
from services.workflow.material import store as materials
from services.workflow.material.errors import FileMissing, MaterialNotFound
from services.workflow.material.model import Material
from services.workflow.meeting import access, readiness
from services.workflow.meeting.deliberation_model import Recusal
from services.workflow.meeting.deliberation_schemas import FileOut
from services.workflow.meeting.model import Meeting, Member
from services.workflow.policy import NoticePolicy

FOLDER = "expert-files"


class ExpertLink(links.Link):
    """Which file, of which declaration, in which meeting; who follows it is asked for anew."""

    meeting_id: UUID
    declaration_id: UUID
    material_id: UUID


async def listed(call: Call, meeting: Meeting, declaration_id: UUID) -> list[FileOut]:
    """The files of a declaration that the caller, an expert, may open.

    Raises:
        NotAnExpertHere, NotReady, NotSeated, NotDeliberating, NotOnAgenda, Recused: the caller may not look at it now.
    """
    me = await access.reader(call, meeting)
    await access.require_case(call, meeting, me, declaration_id)
    policy = await call.policy(meeting.cycle_id)
    names = {each.code: each.name for each in policy.material.items}
    shown = [each for each in await materials.live(call.tx, declaration_id) if _for_experts(policy, each)]
    return [FileOut(id=each.id, item=each.item, name=names[each.item]) for each in shown]


async def link_to(
    call: Call, meeting: Meeting, declaration_id: UUID, material_id: UUID
) -> tuple[str, datetime, Basis]:
    """Where the caller, an expert, reads a file; that it was opened is on record.

    Raises:
        NotAnExpertHere, NotReady, NotSeated, NotDeliberating, NotOnAgenda, Recused: the caller may not look at it now.
        MaterialNotFound: the declaration has no such file for experts.
        FileMissing: it did not arrive.
    """
    me = await access.reader(call, meeting)
    await access.require_case(call, meeting, me, declaration_id)
    policy = await call.policy(meeting.cycle_id)
    there = {each.id: each for each in await materials.live(call.tx, declaration_id)}
    found = there.get(material_id)
    if found is None or not _for_experts(policy, found):
        raise MaterialNotFound(field="material_id")
    if found.stored_at is None:
        raise FileMissing
    basis = policy.articles["expert_view"]
    await audit.record(
        call.tx,
        actor=call.actor,
        action="expert.OPENED_FILE",
        subject=f"meeting/{meeting.id}",
        moment=call.moment,
        basis=(basis,),
        detail={"declaration_id": declaration_id, "material_id": material_id},
    )
    link = ExpertLink(
        account_id=call.actor.id,
        name="",
        until=links.ending(policy.material.limits.download_minutes),
        meeting_id=meeting.id,
        declaration_id=declaration_id,
        material_id=material_id,
    )
    return f"/v1/{FOLDER}/{links.token_of(call.sealer, link, FOLDER)}", link.expires_at, basis


async def followed(tx: AsyncSession, sealer: Sealer, token: str) -> tuple[Material, str]:
    """What a link leads to, if it still holds: the material, which is stored, and a name that tells only its kind.

    Raises:
        LinkInvalid: altered, over, or its holder has nothing to do with the declaration any more.
    """
    link = links.read(sealer, token, FOLDER, ExpertLink)
    still = (
        select(Material, Meeting, Member)
        .select_from(Material)
        .join(Meeting, Meeting.id == link.meeting_id)
        .join(Member, Member.meeting_id == Meeting.id)
        .where(
            Material.id == link.material_id,
            Material.declaration_id == link.declaration_id,
            Member.account_id == link.account_id,
            Meeting.state.in_(access.DELIBERATING),
            ~select(Recusal)
            .where(
                Recusal.meeting_id == Meeting.id,
                Recusal.declaration_id == link.declaration_id,
                Recusal.expert_id == Member.expert_id,
            )
            .exists(),
        )
    )
    found = (await tx.execute(still)).one_or_none()
    if found is None:
        raise LinkInvalid
    material, meeting, holder = found
    if material.storage_key is None or not await readiness.may_look(tx, meeting, holder):
        raise LinkInvalid
    name = f"{material.item}{PurePath(material.file_name).suffix}"
    return material, name


def _for_experts(policy: NoticePolicy, material: Material) -> bool:
    return material.item in policy.meeting.expert_view.materials
