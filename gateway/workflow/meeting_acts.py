"""What can be asked of, and done with, review meetings (评审会议)."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.acting import StepInput, act_on
from gateway.clients import Decided
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, First, page
from gateway.told import body_of
from gateway.words import described, id_of, optional, optional_id_of
from gateway.workflow.draw import Draw, DrawCommitment
from gateway.workflow.meeting import Meeting, MeetingAction, MeetingKind, MeetingState


@strawberry.input(description="The plan of a meeting (评审工作方案, 三（三）).")
class MeetingPlanInput:
    """A plan."""

    qualification_review: str | None = optional("How the declarations were checked (资格审查情况).")
    preparation: str | None = optional("How the meeting is prepared (评审工作准备情况).")


@strawberry.input(description="A meeting to be prepared.")
class CreateMeetingInput(Act):
    """Prepare a meeting."""

    committee_id: strawberry.ID = id_of("Committee", "Of which approved committee (评委会).")
    cycle_id: strawberry.ID | None = optional_id_of(
        "Cycle", "Of which year; refused when it is not the committee's."
    )
    kind: MeetingKind | None = optional(
        "SINGLE_CASE: for one applicant alone (一事一议, 二（四）1（3）); else an ordinary one."
    )
    held_on: date = described("On which day it is held.")
    plan: MeetingPlanInput | None = optional("Its plan, as far as it is known.")


@strawberry.input(description="A step of a meeting, with what the step needs.")
class ActOnMeetingInput(StepInput):
    """Take a step."""

    action: MeetingAction = described("Which step; one of `availableActions`.")
    held_on: date | None = optional("POSTPONE: the new day.")
    plan: MeetingPlanInput | None = optional("FILE_PLAN: the plan as filed, where it differs from the draft.")
    declaration_ids: list[strawberry.ID] | None = optional_id_of(
        "Declaration",
        "TABLE: which accepted declarations; without any all that wait for the committee, and for a single case none.",
    )
    batch_id: strawberry.ID | None = optional_id_of("Batch", "TABLE: of this batch alone (一（四）2).")
    chair_id: strawberry.ID | None = optional_id_of("Expert", "OPEN: the expert who presides.")
    expert_id: strawberry.ID | None = optional_id_of(
        "Expert", "REPLACE: the expert who leaves; `note` says why."
    )


@strawberry.input(description="An expert of a meeting who was trained.")
class RecordTrainingInput(Act):
    """Record a training."""

    meeting_id: strawberry.ID = id_of("Meeting", "The meeting.")
    expert_id: strawberry.ID = id_of("Expert", "The expert.")


@strawberry.input(description="The pledge, as the caller has read it.")
class SignPledgeInput(Act):
    """Sign the pledge."""

    meeting_id: strawberry.ID = id_of("Meeting", "The meeting.")
    text_sha256: str = described("Digest of the text that was read, from `Meeting.pledge`.")


@strawberry.input(description="An expert who came, or who was marked by mistake.")
class RecordAttendanceInput(Act):
    """Record who came."""

    meeting_id: strawberry.ID = id_of("Meeting", "The meeting.")
    expert_id: strawberry.ID = id_of("Expert", "The expert.")
    present: bool = strawberry.field(default=True, description="False takes a mistaken mark back.")


@strawberry.input(description="The caller's one ballot on a declaration; nobody can read it again.")
class CastBallotInput:
    """Vote."""

    meeting_id: strawberry.ID = id_of("Meeting", "The meeting.")
    declaration_id: strawberry.ID = id_of("Declaration", "The declaration.")
    in_favour: bool = described("For (赞成) or against (反对).")


@strawberry.type(description="What came of an act on a meeting.")
class MeetingPayload(Payload):
    """The meeting."""

    meeting: Meeting | None = optional("The meeting as it is now.")


@strawberry.type(description="That a ballot is in; which way it went is nowhere said.")
class CastBallotPayload(Payload):
    """The ballot was cast."""

    cast: bool | None = optional("True when the ballot is in the box.")


@strawberry.type
class MeetingQuery:
    """Meetings."""

    @strawberry.field(description="A meeting by its id.")
    async def meeting(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Meeting | None:
        """One meeting."""
        return await Meeting.at(info, id)

    @strawberry.field(
        description="The draw of a meeting with its replacements, for anyone: whoever likes repeats it (三（三）)."
    )
    async def draw(
        self,
        info: Info,
        meeting_id: Annotated[strawberry.ID, strawberry.argument(description="The meeting.")],
    ) -> Draw | None:
        """A draw."""
        meeting = uuid_of(meeting_id, "Meeting", field="meeting_id")
        return Draw.of(await info.context.workflow.get(f"/v1/meetings/{meeting}/draw"))

    @strawberry.field(
        description="What every draw is committed to, for anyone, before and after it is made, newest first (三（三）)."
    )
    async def draw_commitments(
        self,
        info: Info,
        first: First,
        after: After = None,
        committee_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Of this committee.")
        ] = None,
    ) -> Connection[DrawCommitment] | None:
        """Commitments."""
        return await page(
            info.context.workflow,
            "/v1/meetings/commitments",
            DrawCommitment.of,
            first,
            after,
            committee_id=uuid_of(committee_id, "Committee", field="committee_id") if committee_id else None,
        )

    @strawberry.field(description="The meetings the caller has to do with, newest first.")
    async def meetings(
        self,
        info: Info,
        first: First,
        after: After = None,
        committee_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Of this committee.")
        ] = None,
        state: Annotated[MeetingState | None, strawberry.argument(description="In this state.")] = None,
    ) -> Connection[Meeting] | None:
        """Many meetings."""
        return await page(
            info.context.workflow,
            "/v1/meetings",
            Meeting.of,
            first,
            after,
            committee_id=uuid_of(committee_id, "Committee", field="committee_id") if committee_id else None,
            state=state and state.name,
        )


@strawberry.type
class MeetingMutation:
    """Acts on meetings."""

    @mutation("Prepare a meeting of an approved committee; its seed is committed to from now on (三（三）).")
    async def create_meeting(self, info: Info, input: CreateMeetingInput) -> MeetingPayload | None:
        """Prepare it."""
        return told(await info.context.workflow.write("POST", "/v1/meetings", body_of(input)))

    @mutation(
        "Take a step: agenda, plan on file, draw, replacements, open, close the vote, publish the results (三（三）、三（六）4)."
    )
    async def act_on_meeting(self, info: Info, input: ActOnMeetingInput) -> MeetingPayload | None:
        """Take the step."""
        return told(await act_on(info.context.workflow, "meetings", Meeting, input, input.action.name))

    @mutation("Record that an expert was trained for the year (the committee's office, 三（五）).")
    async def record_training(self, info: Info, input: RecordTrainingInput) -> MeetingPayload | None:
        """Record it."""
        return told(await about(info, input, "training"))

    @mutation("Sign the pledge, in person (三（五）).")
    async def sign_pledge(self, info: Info, input: SignPledgeInput) -> MeetingPayload | None:
        """Sign it."""
        return told(await about(info, input, "pledge"))

    @mutation("Record who came, on the day and before the meeting opens (the committee's office).")
    async def record_attendance(self, info: Info, input: RecordAttendanceInput) -> MeetingPayload | None:
        """Record it."""
        return told(await about(info, input, "attendance"))

    @mutation("Cast the caller's one secret ballot on a declaration (三（三）).")
    async def cast_ballot(self, info: Info, input: CastBallotInput) -> CastBallotPayload | None:
        """Vote."""
        return CastBallotPayload(cast=True, basis=Basis.each((await about(info, input, "ballots")).basis))


async def about(
    info: Info,
    given: RecordTrainingInput | SignPledgeInput | RecordAttendanceInput | CastBallotInput,
    act: str,
) -> Decided:
    """Do something in the meeting that `given` names."""
    meeting: UUID = uuid_of(given.meeting_id, "Meeting", field="meeting_id")
    return await info.context.workflow.write(
        "POST", f"/v1/meetings/{meeting}/{act}", body_of(given, "meeting_id")
    )


def told(done: Decided) -> MeetingPayload:
    """The meeting after an act."""
    return MeetingPayload(meeting=Meeting.of(done.record), basis=Basis.each(done.basis))
