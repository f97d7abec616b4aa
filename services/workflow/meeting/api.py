"""The HTTP face of meetings."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.kit.db import Tx
from services.kit.errors import Forbidden
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion
from services.kit.transition import history_of
from services.workflow.call import Call, CurrentCall
from services.workflow.certificate.credential import TALLY_TYPE, SignatureBroken
from services.workflow.committee.errors import CommitteeNotFound
from services.workflow.cycle.errors import OutsideWindow, RunOver
from services.workflow.meeting import access, agenda, asking, ballot, readiness, record, service, store
from services.workflow.meeting import deliberation_errors as deliberation
from services.workflow.meeting import errors as refused
from services.workflow.meeting.model import Meeting, Tally
from services.workflow.meeting.schemas import (
    ActionIn,
    AgendaCaseOut,
    AgendaItemOut,
    AttendanceIn,
    BallotIn,
    BallotOut,
    CommitmentOut,
    DrawOut,
    MeetingIn,
    MeetingOut,
    MeetingRow,
    PledgeIn,
    PledgeOut,
    PooledOut,
    RecountOut,
    TrainingIn,
)
from services.workflow.meeting.states import Action, State
from services.workflow.meeting.store import View

routes = router(prefix="/v1/meetings", tags=["meeting"])
ballots = router(prefix="/v1/meetings", tags=["meeting"], idempotent=False)
"""Ballots leave no trace of their body: see `services.kit.http.OneTransactionUnremembered`."""


class ProcedureOnly(Forbidden):
    """The office, the HRSS and supervisors see this; experts do not."""

    code = "PROCEDURE_ONLY"
    zh = "只有评委会办事机构、人社部门和监督人员可以查看"
    en = "Only the committee's office, the HRSS and supervisors may see this."


@routes.post(
    "",
    status_code=201,
    responses=refusals(CommitteeNotFound, refused.CommitteeNotUsable, refused.HeldInThePast),
)
async def create(body: MeetingIn, call: CurrentCall) -> Decided[MeetingOut]:
    """Prepare a meeting of an approved committee; its seed is committed to from now on (the committee's office)."""
    meeting, basis = await service.create(
        call, body.committee_id, body.held_on, body.plan.model_dump(), kind=body.kind, cycle_id=body.cycle_id
    )
    return decided(await record.told(call, meeting, View.OFFICE), basis)


@routes.get("")
async def list_meetings(
    call: CurrentCall,
    committee_id: UUID | None = None,
    cycle_id: UUID | None = None,
    state: State | None = None,
    first: First = 50,
    after: After = None,
) -> Page[MeetingRow]:
    """The meetings the caller has to do with, newest first."""
    seen = store.seen_by(call.actor)
    wanted = ((Meeting.committee_id, committee_id), (Meeting.cycle_id, cycle_id), (Meeting.state, state))
    for column, value in wanted:
        seen = seen.where(column == value) if value is not None else seen
    total = await call.tx.scalar(select(func.count()).select_from(seen.subquery()))
    found, cursor = await page(call.tx, seen, Meeting.id, first, after)
    return Page(items=[MeetingRow.model_validate(each) for each in found], next_cursor=cursor, total=total)


@routes.get("/commitments")
async def list_commitments(
    tx: Tx, committee_id: UUID | None = None, first: First = 50, after: After = None
) -> Page[CommitmentOut]:
    """What every draw is committed to from the day its meeting is prepared, newest first: public, before and after the draw."""
    found = select(Meeting)
    if committee_id is not None:
        found = found.where(Meeting.committee_id == committee_id)
    items, cursor = await page(tx, found, Meeting.id, first, after)
    return Page(items=[CommitmentOut.model_validate(each) for each in items], next_cursor=cursor)


@routes.get("/{meeting_id}", responses=refusals(refused.MeetingNotFound))
async def read(meeting_id: UUID, call: CurrentCall) -> MeetingOut:
    """A meeting, as far as the caller may see it."""
    return await record.told(call, *await store.get(call.tx, meeting_id, call.actor))


@routes.get("/{meeting_id}/history", responses=refusals(refused.MeetingNotFound, ProcedureOnly))
async def history(meeting_id: UUID, call: CurrentCall) -> list[dict[str, Any]]:
    """Every step of a meeting with who, when and on which article; for the office and those who oversee it."""
    return await history_of(call.tx, (await overseen(call, meeting_id)).id)


@routes.post(
    "/{meeting_id}/actions/{action}",
    responses=refusals(
        refused.MeetingNotFound,
        refused.NotAccepted,
        refused.PoolTooSmall,
        refused.ExpertNotDrawn,
        refused.ChangedMeanwhile,
        refused.PostponedToEarlier,
        refused.BoxDisagrees,
        ActionNotAvailable,
        NotYourStep,
        RulesBroken,
        StaleVersion,
        RunOver,
        OutsideWindow,
    ),
)
async def act(
    meeting_id: UUID, action: Action, call: CurrentCall, body: ActionIn | None = None
) -> Decided[MeetingOut]:
    """Take one step: TABLE, FILE_PLAN, POSTPONE, DRAW, REPLACE, OPEN, NAME_CHAIR, CLOSE_VOTE, PUBLISH_RESULTS, CANCEL."""
    meeting, _ = await store.get(call.tx, meeting_id, call.actor)
    asked = await asking.ask(call, meeting, action, asking.Asked(**(body or ActionIn()).model_dump()))
    meeting, view = await store.lock(call.tx, meeting_id, call.actor)
    basis = await service.act(call, meeting, action, asked)
    return decided(await record.told(call, meeting, view), basis)


@routes.get("/{meeting_id}/draw", responses=refusals(refused.MeetingNotFound))
async def read_draw(meeting_id: UUID, tx: Tx) -> DrawOut:
    """The draw with its seed and pool: public, so that anyone can repeat it. By pseudonyms, which no other meeting has."""
    meeting, drawn = await store.published(tx, meeting_id)
    return record.drawn(meeting, drawn, await store.replacements(tx, meeting_id))


@routes.get(
    "/{meeting_id}/draw/experts",
    responses=refusals(refused.MeetingNotFound, ProcedureOnly),
)
async def read_draw_experts(meeting_id: UUID, call: CurrentCall) -> list[PooledOut]:
    """Who is who in the pool of the draw; for the office and those who oversee it."""
    meeting = await overseen(call, meeting_id)
    return record.unmasked((await store.published(call.tx, meeting.id))[1])


@routes.post("/{meeting_id}/training", responses=refusals(refused.MeetingNotFound, refused.ExpertNotDrawn))
async def train(meeting_id: UUID, body: TrainingIn, call: CurrentCall) -> Decided[MeetingOut]:
    """Record that an expert was trained for the cycle (the committee's office)."""
    meeting, view = await store.get(call.tx, meeting_id, call.actor)
    basis = await readiness.train(call, meeting, body.expert_id)
    return decided(await record.told(call, meeting, view), [basis])


@routes.get("/{meeting_id}/pledge", responses=refusals(refused.MeetingNotFound, refused.NotAnExpertHere))
async def read_pledge(meeting_id: UUID, call: CurrentCall) -> PledgeOut:
    """The pledge that the caller, an expert drawn, is to sign."""
    meeting, _ = await store.get(call.tx, meeting_id, call.actor)
    text = await readiness.pledge_text(call, meeting)
    return PledgeOut(text=text.text, text_sha256=text.text_sha256, signed_at=text.signed_at)


@routes.post(
    "/{meeting_id}/pledge",
    responses=refusals(refused.MeetingNotFound, refused.NotAnExpertHere, refused.PledgeDiffers),
)
async def sign_pledge(meeting_id: UUID, body: PledgeIn, call: CurrentCall) -> Decided[MeetingOut]:
    """Sign the pledge, in person."""
    meeting, view = await store.get(call.tx, meeting_id, call.actor)
    basis = await readiness.sign_pledge(call, meeting, body.text_sha256)
    return decided(await record.told(call, meeting, view), [basis])


@routes.post(
    "/{meeting_id}/attendance",
    responses=refusals(refused.MeetingNotFound, refused.NotToday, refused.NotReady),
)
async def attend(meeting_id: UUID, body: AttendanceIn, call: CurrentCall) -> Decided[MeetingOut]:
    """Record who came, on the day of the meeting and before it opens (the committee's office)."""
    meeting, view = await store.lock(call.tx, meeting_id, call.actor)
    basis = await readiness.attend(call, meeting, body.expert_id, present=body.present)
    return decided(await record.told(call, meeting, view), [basis])


@routes.get(
    "/{meeting_id}/agenda",
    responses=refusals(
        *(refused.MeetingNotFound, refused.NotAnExpertHere, refused.NotReady),
        *(deliberation.NotDeliberating, deliberation.NotSeated),
    ),
)
async def read_agenda(
    meeting_id: UUID, call: CurrentCall, first: First = 50, after: After = None
) -> Page[AgendaItemOut]:
    """The declarations that an expert votes on, once trained and pledged; what was declared is read one by one."""
    meeting, _ = await store.get(call.tx, meeting_id, call.actor)
    me = await access.reader(call, meeting)
    items, cursor, total = await agenda.for_expert(call, meeting, me, first, after)
    return Page(items=[AgendaItemOut(**each) for each in items], next_cursor=cursor, total=total)


@routes.get(
    "/{meeting_id}/agenda/{declaration_id}",
    responses=refusals(
        *(refused.MeetingNotFound, refused.NotAnExpertHere, refused.NotReady, refused.NotOnAgenda),
        *(deliberation.NotDeliberating, deliberation.NotSeated, deliberation.Recused),
    ),
)
async def read_agenda_case(meeting_id: UUID, declaration_id: UUID, call: CurrentCall) -> AgendaCaseOut:
    """One declaration as an expert sees it: without names, units, identity numbers."""
    meeting, _ = await store.get(call.tx, meeting_id, call.actor)
    me = await access.reader(call, meeting)
    return AgendaCaseOut(**await agenda.case_for_expert(call, meeting, me, declaration_id))


@ballots.post(
    "/{meeting_id}/ballots",
    status_code=201,
    responses=refusals(
        refused.MeetingNotFound,
        refused.NotAnExpertHere,
        refused.NotPresent,
        refused.NotOnAgenda,
        refused.NotVotingNow,
        refused.AlreadyVoted,
        deliberation.Recused,
        deliberation.NotHeard,
    ),
)
async def vote(meeting_id: UUID, body: BallotIn, call: CurrentCall) -> Decided[BallotOut]:
    """Cast the caller's one ballot on a declaration; it can be neither changed nor read again."""
    meeting, me = await store.voter(call.tx, meeting_id, call.actor)
    await ballot.vote(call, meeting, me, body.declaration_id, in_favour=body.in_favour)
    return decided(BallotOut(declaration_id=body.declaration_id), await ballot.vote_basis(call, meeting))


@routes.get(
    "/{meeting_id}/recount", responses=refusals(refused.MeetingNotFound, refused.NotCounted, ProcedureOnly)
)
async def recount(meeting_id: UUID, call: CurrentCall) -> list[RecountOut]:
    """Count the anonymous ballots again, and check each tally's signature; for the office and those who oversee it."""
    meeting = await overseen(call, meeting_id)
    if meeting.state not in record.COUNTED:
        raise refused.NotCounted
    counted = await ballot.recount(call, meeting)
    return [_recounted(call, tally, counted) for tally in await store.tallies(call.tx, meeting.id)]


async def overseen(call: Call, meeting_id: UUID) -> Meeting:
    """The meeting, for the office and those who oversee it.

    Raises:
        MeetingNotFound: there is none, or the caller has nothing to do with it.
        ProcedureOnly: the caller is one of its experts.
    """
    meeting, view = await store.get(call.tx, meeting_id, call.actor)
    if view is View.MEMBER:
        raise ProcedureOnly
    return meeting


def _recounted(call: Call, tally: Tally, counted: dict[UUID, tuple[int, int]]) -> RecountOut:
    in_favour, against = counted.get(tally.declaration_id, (0, 0))
    try:
        signed = call.signer.read(tally.signature, kind=TALLY_TYPE) == ballot.told(tally)
    except SignatureBroken:
        signed = False
    return RecountOut(
        declaration_id=tally.declaration_id,
        in_favour=in_favour,
        against=against,
        agrees=(in_favour, against) == (tally.in_favour, tally.against),
        signature_valid=signed,
    )
