"""What can be done before a vote: groups, hearings, recusal, opinions in writing (三（三）)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.clients import Decided
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.told import body_of
from gateway.words import described, id_of, optional, optional_id_of
from gateway.workflow.deliberation import Hearing, HearingKind, OwnHearing, declaration_named
from gateway.workflow.material import link, moment
from gateway.workflow.meeting import Meeting


@strawberry.input(description="A step back, in person, from a declaration or from everything (回避).")
class RecuseInput(Act):
    """Step back."""

    meeting_id: strawberry.ID = id_of("Meeting", "The meeting.")
    declaration_id: strawberry.ID | None = optional_id_of(
        "Declaration", "From which declaration; left out: from everything on the agenda."
    )
    note: str = described("Why (理由).")


@strawberry.input(description="A group of experts and the declarations it prepares (评议组).")
class MeetingGroupInput:
    """A group."""

    name: str = described("Its name.")
    expert_ids: list[strawberry.ID] = id_of("Expert", "Its experts.")
    declaration_ids: list[strawberry.ID] = id_of("Declaration", "Its declarations.")


@strawberry.input(description="All groups of a meeting; none makes the committee one again.")
class ArrangeGroupsInput(Act):
    """Part the meeting."""

    meeting_id: strawberry.ID = id_of("Meeting", "The meeting.")
    groups: list[MeetingGroupInput] = described("The groups.")


@strawberry.input(description="When and where an applicant is heard, or that it is waived.")
class ArrangeHearingInput(Act):
    """Arrange a hearing."""

    meeting_id: strawberry.ID = id_of("Meeting", "The meeting.")
    declaration_id: strawberry.ID = id_of("Declaration", "The declaration.")
    kind: HearingKind = described("What it is.")
    starts_at: datetime | None = optional("From when.")
    ends_at: datetime | None = optional("Until when.")
    place: str | None = optional("Where.")
    waived: bool = strawberry.field(
        default=False, description="Nothing is asked: by the route, or by a decision."
    )
    document_number: str | None = optional("Number of that decision (文号), unless the route waives it.")
    note: str | None = optional("Its reason.")


@strawberry.input(description="Whether an applicant came.")
class RecordHearingInput(Act):
    """Record what came of a hearing."""

    meeting_id: strawberry.ID = id_of("Meeting", "The meeting.")
    declaration_id: strawberry.ID = id_of("Declaration", "The declaration.")
    kind: HearingKind = described("Which hearing.")
    came: bool = described("Whether the applicant came.")
    note: str | None = optional("What there is to say of it.")


@strawberry.input(description="An opinion in writing (评议意见), sealed until the vote is closed.")
class WriteOpinionInput(Act):
    """Write an opinion."""

    meeting_id: strawberry.ID = id_of("Meeting", "The meeting.")
    declaration_id: strawberry.ID = id_of("Declaration", "The declaration.")
    text: str = described("What it says.")
    of_group: bool = strawberry.field(
        default=False, description="For the group that prepares it (评议组意见)."
    )
    version: int = strawberry.field(
        default=0, description="The version that was read; 0 where there is none."
    )


@strawberry.input(description="A file of a declaration, for an expert of the meeting.")
class OpenExpertFileInput(Act):
    """Open a file."""

    meeting_id: strawberry.ID = id_of("Meeting", "The meeting.")
    declaration_id: strawberry.ID = id_of("Declaration", "The declaration.")
    file_id: strawberry.ID = id_of("Material", "The file, from `Meeting.files`.")


@strawberry.type(description="Where the file is read, as long as the expert may look at the declaration.")
class OpenExpertFilePayload(Payload):
    """The link."""

    download_url: str | None = optional("GET the file here; the link is the right to do so.")
    expires_at: datetime | None = optional("When the link ends at the latest.")


@strawberry.type(description="What came of an act before a vote.")
class DeliberationPayload(Payload):
    """The meeting."""

    meeting: Meeting | None = optional("The meeting as it is now.")


@strawberry.type(description="What the caller has stepped back from.")
class RecusePayload(Payload):
    """Recusals."""

    count: int | None = optional("From how many declarations.")
    recused_from: list[strawberry.ID] | None = optional(
        "Ids of the declarations; null for who may not see the agenda (yet)."
    )


@strawberry.type(description="A hearing as it stands now.")
class HearingPayload(Payload):
    """The hearing."""

    hearing: Hearing | None = optional("The hearing.")


@strawberry.type(description="That an opinion is in; what it says is not told back.")
class WriteOpinionPayload(Payload):
    """The opinion was written."""

    version: int | None = optional("Its version.")


@strawberry.type
class DeliberationQuery:
    """What comes before a vote."""

    @strawberry.field(description="The hearings of the caller's own declaration (面试答辩、实践操作).")
    async def own_hearings(
        self,
        info: Info,
        declaration_id: Annotated[strawberry.ID, strawberry.argument(description="The declaration.")],
    ) -> list[OwnHearing] | None:
        """The applicant's hearings."""
        declaration = uuid_of(declaration_id, "Declaration", field="declaration_id")
        return OwnHearing.each(await info.context.workflow.get(f"/v1/declarations/{declaration}/hearings"))


@strawberry.type
class DeliberationMutation:
    """Acts before a vote."""

    @mutation("Step back, in person, from a declaration or from everything (回避); access ends at once.")
    async def recuse(self, info: Info, input: RecuseInput) -> RecusePayload | None:
        """Step back."""
        path = f"{_path(input.meeting_id)}/recusals"
        done = await info.context.workflow.write("POST", path, body_of(input, "meeting_id"))
        told = done.record["declaration_ids"]
        left = None if told is None else [declaration_named(UUID(each)) for each in told]
        return RecusePayload(count=done.record["count"], recused_from=left, basis=Basis.each(done.basis))

    @mutation("Part experts and agenda into groups before the meeting opens (the committee's office).")
    async def arrange_groups(self, info: Info, input: ArrangeGroupsInput) -> DeliberationPayload | None:
        """Part it."""
        path = f"{_path(input.meeting_id)}/groups"
        done = await info.context.workflow.write("PUT", path, body_of(input, "meeting_id"))
        meeting = await Meeting.at(info, input.meeting_id)
        return DeliberationPayload(meeting=meeting, basis=Basis.each(done.basis))

    @mutation("Say when and where an applicant is heard, or that it is waived (the committee's office).")
    async def arrange_hearing(self, info: Info, input: ArrangeHearingInput) -> HearingPayload | None:
        """Arrange it."""
        body = body_of(input, "meeting_id", "declaration_id")
        return _heard(await info.context.workflow.write("PUT", _hearing(input), body))

    @mutation("Record whether an applicant came (the committee's office).")
    async def record_hearing(self, info: Info, input: RecordHearingInput) -> HearingPayload | None:
        """Record it."""
        body = body_of(input, "meeting_id", "declaration_id")
        return _heard(await info.context.workflow.write("POST", f"{_hearing(input)}/outcome", body))

    @mutation("Write one's opinion on a declaration, or the group's (评议意见), until the vote is closed.")
    async def write_opinion(self, info: Info, input: WriteOpinionInput) -> WriteOpinionPayload | None:
        """Write it."""
        declaration = uuid_of(input.declaration_id, "Declaration", field="declaration_id")
        path = f"{_path(input.meeting_id)}/opinions/{declaration}"
        done = await info.context.workflow.write("PUT", path, body_of(input, "meeting_id", "declaration_id"))
        return WriteOpinionPayload(version=done.record["version"], basis=Basis.each(done.basis))

    @mutation("Open a file of a declaration, as an expert of the meeting; whoever does is on record.")
    async def open_expert_file(self, info: Info, input: OpenExpertFileInput) -> OpenExpertFilePayload | None:
        """Open it."""
        declaration = uuid_of(input.declaration_id, "Declaration", field="declaration_id")
        file = uuid_of(input.file_id, "Material", field="file_id")
        path = f"{_path(input.meeting_id)}/agenda/{declaration}/files/{file}/open"
        done = await info.context.workflow.write("POST", path)
        return OpenExpertFilePayload(
            download_url=link(info, done.record["download_url"]),
            expires_at=moment(done.record.get("expires_at")),
            basis=Basis.each(done.basis),
        )


def _path(meeting_id: strawberry.ID) -> str:
    return f"/v1/meetings/{uuid_of(meeting_id, 'Meeting', field='meeting_id')}"


def _hearing(given: ArrangeHearingInput | RecordHearingInput) -> str:
    declaration = uuid_of(given.declaration_id, "Declaration", field="declaration_id")
    return f"{_path(given.meeting_id)}/hearings/{declaration}"


def _heard(done: Decided) -> HearingPayload:
    return HearingPayload(hearing=Hearing.of(done.record), basis=Basis.each(done.basis))
