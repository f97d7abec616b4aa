"""Shapes of groups, hearings, recusals and opinions on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from services.workflow.meeting.states import HearingKind, Outcome

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Place = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Opinion = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]


class In(BaseModel):
    """Base of what is sent: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class RecusalIn(In):
    """From what the caller steps back, and why."""

    declaration_id: UUID | None = Field(None, description="left out: from everything on the agenda")
    note: Said


class RecusalOut(BaseModel):
    """That an expert has stepped back."""

    model_config = ConfigDict(from_attributes=True)

    declaration_id: UUID
    expert_id: UUID
    note: str
    recused_at: datetime


class SteppedBackOut(BaseModel):
    """From how much of an agenda an expert has stepped back; from what, where he or she may see the agenda."""

    count: int
    declaration_ids: list[UUID] | None


class GroupIn(In):
    """A group of experts and the declarations that it prepares."""

    name: Name
    expert_ids: Annotated[list[UUID], Field(max_length=200)]
    declaration_ids: Annotated[list[UUID], Field(max_length=2000)]


class GroupsIn(In):
    """All groups of the meeting; none: the whole committee is one."""

    groups: Annotated[list[GroupIn], Field(max_length=50)]


class GroupOut(BaseModel):
    """A group."""

    number: int
    name: str
    expert_ids: list[UUID]
    declaration_ids: list[UUID]


class HearingIn(In):
    """When and where an applicant is heard; or that nothing is asked, with the decision unless the route waives it."""

    kind: HearingKind
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    place: Place | None = None
    waived: bool = False
    document_number: Number | None = None
    note: Said | None = None


class OutcomeIn(In):
    """What came of a hearing."""

    kind: HearingKind
    came: bool
    note: Said | None = None


class HearingOut(BaseModel):
    """A hearing."""

    model_config = ConfigDict(from_attributes=True)

    declaration_id: UUID
    kind: HearingKind
    starts_at: datetime | None
    ends_at: datetime | None
    place: str | None
    outcome: Outcome
    document_number: str | None
    note: str | None


class OwnHearingOut(BaseModel):
    """A hearing as the applicant is told of it: nothing of the committee."""

    model_config = ConfigDict(from_attributes=True)

    kind: HearingKind
    starts_at: datetime | None
    ends_at: datetime | None
    place: str | None
    outcome: Outcome
    document_number: str | None


class OpinionIn(In):
    """An opinion in writing."""

    text: Opinion
    of_group: bool = Field(False, description="the opinion of the group that prepares the declaration")
    version: int = Field(0, ge=0, description="the version that was read; 0 where there is none")


class WrittenOut(BaseModel):
    """That an opinion is in; what it says is not told back, so that no remembered answer holds it."""

    declaration_id: UUID
    version: int


class OpinionVersionOut(BaseModel):
    """A version of one's own opinion, or of the group's."""

    version: int
    text: str


class OwnOpinionsOut(BaseModel):
    """What the caller has written, oldest first, and what the group says now."""

    own: list[OpinionVersionOut]
    of_group: OpinionVersionOut | None


class OpinionsOut(BaseModel):
    """What was written on a declaration, in an order that tells nothing, without who wrote it."""

    of_group: str | None
    of_experts: list[str]


class FileOut(BaseModel):
    """A file that an expert may open: its kind, and neither its name nor its title."""

    id: UUID
    item: str
    name: str


class FileLinkOut(BaseModel):
    """A link to read a file, for the caller and a short time."""

    download_url: str
    expires_at: datetime
