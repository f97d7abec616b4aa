"""The HTTP face of what comes before a vote: groups, hearings, recusals, opinions."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from services.files.errors import LinkInvalid
from services.files.serving import attachment
from services.kit.http import Decided, decided, refusals, router
from services.kit.steps import StaleVersion
from services.workflow.call import CurrentCall
from services.workflow.declaration.errors import DeclarationNotFound
from services.workflow.material.errors import FileMissing, MaterialNotFound
from services.workflow.meeting import (
    access,
    expert_files,
    grouping,
    hearing,
    opinion,
    readiness,
    recusal,
    store,
)
from services.workflow.meeting import deliberation_errors as refused
from services.workflow.meeting.api import ProcedureOnly, overseen
from services.workflow.meeting.deliberation_schemas import (
    FileLinkOut,
    FileOut,
    GroupOut,
    GroupsIn,
    HearingIn,
    HearingOut,
    OpinionIn,
    OpinionsOut,
    OutcomeIn,
    OwnHearingOut,
    OwnOpinionsOut,
    RecusalIn,
    RecusalOut,
    SteppedBackOut,
    WrittenOut,
)
from services.workflow.meeting.errors import MeetingNotFound, NotAnExpertHere, NotOnAgenda, NotReady

routes = router(prefix="/v1/meetings", tags=["meeting"])
own = router(prefix="/v1/declarations", tags=["meeting"])
files = APIRouter(prefix="/v1", tags=["meeting"])
"""Files on their way: no transaction is open while bytes flow, and the link is the right."""
LINKS = (f"/v1/{expert_files.FOLDER}/",)
"""Below these paths a link follows, which no log shows."""

READING = (
    *(MeetingNotFound, NotAnExpertHere, NotReady, refused.NotSeated),
    *(refused.NotDeliberating, NotOnAgenda, refused.Recused),
)


@routes.post(
    "/{meeting_id}/recusals",
    responses=refusals(
        *(MeetingNotFound, NotAnExpertHere, NotOnAgenda),
        *(refused.NotDeliberating, refused.RecusedAfterBallot),
    ),
)
async def recuse(meeting_id: UUID, body: RecusalIn, call: CurrentCall) -> Decided[SteppedBackOut]:
    """Step back, in person, from a declaration or from everything on the agenda; from what or from how much by now."""
    meeting, _ = await store.lock(call.tx, meeting_id, call.actor)
    basis = await recusal.recuse(call, meeting, body.declaration_id, body.note)
    me = await store.myself(call.tx, meeting.id, call.actor)
    left = sorted(await access.recused(call.tx, meeting.id, me.expert_id))
    seen = await readiness.is_ready(call, meeting)
    return decided(SteppedBackOut(count=len(left), declaration_ids=left if seen else None), [basis])


@routes.get("/{meeting_id}/recusals", responses=refusals(MeetingNotFound, ProcedureOnly))
async def read_recusals(meeting_id: UUID, call: CurrentCall) -> list[RecusalOut]:
    """Who has stepped back from what, and why; for the office and those who oversee the meeting."""
    meeting = await overseen(call, meeting_id)
    return [RecusalOut.model_validate(each) for each in await recusal.of(call.tx, meeting.id)]


@routes.put(
    "/{meeting_id}/groups",
    responses=refusals(
        *(MeetingNotFound, refused.TooLateToArrange, refused.GroupsNotWhole),
        *(refused.GroupTooSmall, refused.HearingOverlaps),
    ),
)
async def arrange_groups(meeting_id: UUID, body: GroupsIn, call: CurrentCall) -> Decided[list[GroupOut]]:
    """Part the experts and the agenda into groups, or make them one again (the committee's office, before it opens)."""
    meeting, _ = await store.lock(call.tx, meeting_id, call.actor)
    basis = await grouping.arrange(call, meeting, body.groups)
    return decided(await grouping.read(call, meeting), [basis])


@routes.get("/{meeting_id}/groups", responses=refusals(MeetingNotFound, ProcedureOnly))
async def read_groups(meeting_id: UUID, call: CurrentCall) -> list[GroupOut]:
    """The groups; for the office and those who oversee the meeting."""
    return await grouping.read(call, await overseen(call, meeting_id))


@routes.put(
    "/{meeting_id}/hearings/{declaration_id}",
    responses=refusals(
        *(MeetingNotFound, refused.TooLateToArrange, NotOnAgenda, refused.HearingSlotWrong),
        *(refused.HearingOverlaps, refused.HearingNotAsked, refused.WaiverUnfounded, refused.HearingOver),
    ),
)
async def arrange_hearing(
    meeting_id: UUID, declaration_id: UUID, body: HearingIn, call: CurrentCall
) -> Decided[HearingOut]:
    """Say when and where an applicant is heard, or that it is waived (the committee's office, before the meeting opens)."""
    meeting, _ = await store.lock(call.tx, meeting_id, call.actor)
    written, basis = await hearing.arrange(call, meeting, declaration_id, body)
    return decided(HearingOut.model_validate(written), basis)


@routes.post(
    "/{meeting_id}/hearings/{declaration_id}/outcome",
    responses=refusals(
        *(MeetingNotFound, refused.HearingUnknown, refused.HearingNotYet, refused.OutcomeAfterBallot)
    ),
)
async def conclude_hearing(
    meeting_id: UUID, declaration_id: UUID, body: OutcomeIn, call: CurrentCall
) -> Decided[HearingOut]:
    """Record whether the applicant came (the committee's office)."""
    meeting, _ = await store.lock(call.tx, meeting_id, call.actor)
    written, basis = await hearing.conclude(
        call, meeting, declaration_id, body.kind, came=body.came, note=body.note
    )
    return decided(HearingOut.model_validate(written), [basis])


@routes.get("/{meeting_id}/hearings", responses=refusals(MeetingNotFound, ProcedureOnly))
async def read_hearings(meeting_id: UUID, call: CurrentCall) -> list[HearingOut]:
    """All hearings by their time; for the office and those who oversee the meeting. Experts find theirs on the agenda."""
    meeting = await overseen(call, meeting_id)
    return [HearingOut.model_validate(each) for each in await hearing.of(call, meeting)]


@routes.put(
    "/{meeting_id}/opinions/{declaration_id}",
    responses=refusals(*READING, refused.NotOfTheGroup, StaleVersion),
)
async def write_opinion(
    meeting_id: UUID, declaration_id: UUID, body: OpinionIn, call: CurrentCall
) -> Decided[WrittenOut]:
    """Write one's opinion on a declaration, or that of the group, before or while the meeting votes."""
    meeting, _ = await store.hold(call.tx, meeting_id, call.actor)
    version, basis = await opinion.write(
        call, meeting, declaration_id, body.text, of_group=body.of_group, version=body.version
    )
    return decided(WrittenOut(declaration_id=declaration_id, version=version), [basis])


@routes.get("/{meeting_id}/opinions/{declaration_id}/mine", responses=refusals(*READING))
async def read_own_opinions(meeting_id: UUID, declaration_id: UUID, call: CurrentCall) -> OwnOpinionsOut:
    """What the caller has written on a declaration, and what its group says."""
    meeting, _ = await store.get(call.tx, meeting_id, call.actor)
    return await opinion.mine(call, meeting, declaration_id)


@routes.get(
    "/{meeting_id}/opinions/{declaration_id}",
    responses=refusals(MeetingNotFound, NotOnAgenda, refused.OpinionsSealed),
)
async def read_opinions(meeting_id: UUID, declaration_id: UUID, call: CurrentCall) -> OpinionsOut:
    """What was written on a declaration, without authors; for the office and the HRSS once the vote is closed."""
    meeting, _ = await store.get(call.tx, meeting_id, call.actor)
    return await opinion.every(call, meeting, declaration_id)


@own.get("/{declaration_id}/hearings", responses=refusals(DeclarationNotFound))
async def read_own_hearings(declaration_id: UUID, call: CurrentCall) -> list[OwnHearingOut]:
    """The applicant's own hearings."""
    return [OwnHearingOut.model_validate(each) for each in await hearing.own(call, declaration_id)]


@routes.get("/{meeting_id}/agenda/{declaration_id}/files", responses=refusals(*READING))
async def read_files(meeting_id: UUID, declaration_id: UUID, call: CurrentCall) -> list[FileOut]:
    """The files of a declaration that an expert may open: of the kinds that the policy names, without their names."""
    meeting, _ = await store.get(call.tx, meeting_id, call.actor)
    return await expert_files.listed(call, meeting, declaration_id)


@routes.post(
    "/{meeting_id}/agenda/{declaration_id}/files/{material_id}/open",
    responses=refusals(*READING, MaterialNotFound, FileMissing),
)
async def open_file(
    meeting_id: UUID, declaration_id: UUID, material_id: UUID, call: CurrentCall
) -> Decided[FileLinkOut]:
    """A link to read a file; it holds as long as the expert may look at the declaration."""
    meeting, _ = await store.get(call.tx, meeting_id, call.actor)
    url, ends, basis = await expert_files.link_to(call, meeting, declaration_id, material_id)
    return decided(FileLinkOut(download_url=url, expires_at=ends), [basis])


@files.get(
    f"/{expert_files.FOLDER}/{{token}}", response_class=StreamingResponse, responses=refusals(LinkInvalid)
)
async def get_file(token: str, request: Request) -> StreamingResponse:
    """The file, as an attachment whose name tells only its kind."""
    state = request.app.state
    async with state.db.begin() as tx:
        material, name = await expert_files.followed(tx, state.sealer, token)
    assert material.media_type is not None, "what is stored was looked into"
    assert material.size is not None, "what is stored was counted"
    assert material.storage_key is not None, "what a link leads to is stored"
    pieces = await state.storage.open(material.storage_key)
    return attachment(pieces, file_name=name, media_type=material.media_type, size=material.size)
