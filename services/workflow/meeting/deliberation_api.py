"""The HTTP face of what comes before a vote: groups, hearings, recusals, opinions."""

from uuid import UUID

from services.kit.http import Decided, decided, refusals, router
from services.kit.steps import StaleVersion
from services.workflow.call import CurrentCall
from services.workflow.declaration.errors import DeclarationNotFound
from services.workflow.meeting import access, grouping, hearing, opinion, recusal, store
from services.workflow.meeting import deliberation_errors as refused
from services.workflow.meeting.api import ProcedureOnly, overseen
from services.workflow.meeting.deliberation_schemas import (
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
    WrittenOut,
)
from services.workflow.meeting.errors import MeetingNotFound, NotAnExpertHere, NotOnAgenda, NotReady

routes = router(prefix="/v1/meetings", tags=["meeting"])
own = router(prefix="/v1/declarations", tags=["meeting"])

READING = (MeetingNotFound, NotAnExpertHere, NotReady, refused.NotDeliberating, NotOnAgenda, refused.Recused)


@routes.post(
    "/{meeting_id}/recusals",
    responses=refusals(
        *(MeetingNotFound, NotAnExpertHere, NotOnAgenda),
        *(refused.NotDeliberating, refused.RecusedAfterBallot),
    ),
)
async def recuse(meeting_id: UUID, body: RecusalIn, call: CurrentCall) -> Decided[list[UUID]]:
    """Step back, in person, from a declaration or from everything on the agenda; what the caller has stepped back from."""
    meeting, _ = await store.lock(call.tx, meeting_id, call.actor)
    basis = await recusal.recuse(call, meeting, body.declaration_id, body.note)
    me = await store.myself(call.tx, meeting.id, call.actor)
    return decided(sorted(await access.recused(call.tx, meeting.id, me.expert_id)), [basis])


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
        *(refused.HearingOverlaps, refused.HearingNotAsked, refused.WaiverUnfounded, refused.HearingNotYet),
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
    responses=refusals(MeetingNotFound, refused.HearingUnknown, refused.HearingNotYet),
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
