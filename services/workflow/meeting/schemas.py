"""Shapes of meetings on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.workflow.meeting.conflicts import Conflict
from services.workflow.meeting.deliberation_schemas import HearingOut
from services.workflow.meeting.draw import ALGORITHM
from services.workflow.meeting.states import Deferral, Ground, Kind, State
from services.workflow.meeting.store import View
from services.workflow.route.states import Waiver

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=8000)]


class In(BaseModel):
    """Base of what is sent: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class PlanIn(In):
    """The plan of a meeting (评审工作方案)."""

    qualification_review: Text = Field("", description="资格审查情况")
    preparation: Text = Field("", description="评审工作准备情况")


class MeetingIn(In):
    """A meeting to be prepared."""

    committee_id: UUID
    cycle_id: UUID | None = Field(None, description="the committee's cycle; refused when it is another")
    kind: Kind = Field(Kind.ORDINARY, description="SINGLE_CASE: for one applicant alone (二（四）1（3）)")
    held_on: date
    plan: PlanIn = PlanIn()


class ActionIn(In):
    """What an action may come with."""

    version: int | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] | None = None
    held_on: date | None = Field(None, description="POSTPONE: the new day")
    plan: PlanIn | None = Field(
        None, description="FILE_PLAN: the plan as filed, where it differs from the draft"
    )
    declaration_ids: Annotated[list[UUID], Field(max_length=2000)] | None = Field(
        None, description="TABLE: which accepted declarations; all when left out"
    )
    batch_id: UUID | None = Field(None, description="TABLE: of this batch alone")
    chair_id: UUID | None = Field(
        None, description="OPEN, NAME_CHAIR: the expert who presides; he or she may close the vote"
    )
    expert_id: UUID | None = Field(None, description="REPLACE: the expert who leaves")


class TrainingIn(In):
    """An expert who was trained."""

    expert_id: UUID


class PledgeIn(In):
    """The text that the expert signs, by its digest."""

    text_sha256: str


class AttendanceIn(In):
    """An expert who came, or who was marked by mistake."""

    expert_id: UUID
    present: bool = True


class BallotIn(In):
    """A ballot. An Idempotency-Key is not looked at: the roll makes a retry safe, and no trace of the body is kept."""

    declaration_id: UUID
    in_favour: bool


class ExpertOut(BaseModel):
    """An expert of the meeting."""

    expert_id: UUID
    name: str
    stratum: str
    trained: bool
    pledged: bool
    present: bool
    replaces: UUID | None = Field(description="the expert he or she came in for")
    impediment: Conflict | None = Field(
        description="what has come up since the draw, for the office alone; he or she has to be replaced"
    )
    pseudonym: UUID | None = Field(description="what the published draw of this meeting calls him or her")


class ReplacementOut(BaseModel):
    """Who left before the meeting opened, why, and who came in; for the office and those who oversee it."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    left_id: UUID
    left_name: str
    entered_id: UUID | None
    entered_name: str | None
    ground: Ground
    note: str
    replaced_at: datetime


class ReplacedOnWordOut(BaseModel):
    """How many were replaced on the office's word alone, that they cannot come; for those who oversee it."""

    count: int
    usual: int = Field(description="how many are no sign of anything")
    sign: bool


class ResultOut(BaseModel):
    """What the ballots on a declaration came to."""

    model_config = ConfigDict(from_attributes=True)

    declaration_id: UUID
    present: int
    in_favour: int
    against: int
    passed: bool
    signature: str


class DeferredOut(BaseModel):
    """A declaration that was put off without a vote that counts."""

    declaration_id: UUID
    reason: Deferral


class MeetingOut(BaseModel):
    """A meeting, as far as its reader may see: an expert sees him- or herself, no agenda before training and pledge."""

    id: UUID
    committee_id: UUID
    cycle_id: UUID
    office_id: UUID
    kind: Kind
    held_on: date
    state: State
    plan: dict[str, Any]
    plan_filed_on: date | None
    size: int
    quorum: int
    seed_commitment: str
    seed: str | None
    chair_id: UUID | None
    view: View
    experts: list[ExpertOut]
    replacements: list[ReplacementOut]
    replaced_on_word: ReplacedOnWordOut | None = Field(
        description="more than usual are a sign that experts are removed; for the office and those who oversee it"
    )
    excluded: dict[str, int] = Field(
        description="how many the draw left out, by reason; for the office and those who oversee it"
    )
    agenda: list[UUID]
    ballots_missing: int | None
    results: list[ResultOut]
    deferred: list[DeferredOut]
    voted_on: date | None
    version: int
    available_actions: list[str]


class MeetingRow(BaseModel):
    """A meeting in a list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    committee_id: UUID
    cycle_id: UUID
    office_id: UUID
    kind: Kind
    held_on: date
    state: State
    plan_filed_on: date | None
    version: int


class CandidateOut(BaseModel):
    """Somebody in the pool of a draw, by a name of this meeting alone."""

    model_config = ConfigDict(from_attributes=True)

    pseudonym: UUID
    stratum: str


class PooledOut(CandidateOut):
    """The same with who it is; for the office and those who oversee it."""

    expert_id: UUID


class DepartureOut(BaseModel):
    """Who left before the meeting opened, which reserves were passed over, and who came in; why is not published."""

    left: UUID
    passed_over: list[UUID]
    entered: UUID | None
    replaced_at: datetime


class CommitmentOut(BaseModel):
    """What a draw is committed to before pool and agenda are known."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID = Field(description="of the meeting")
    committee_id: UUID
    held_on: date
    seed_commitment: str


class DrawOut(BaseModel):
    """Everything needed to repeat a draw and what came after it; names stay unpublished, and so do reasons."""

    algorithm: str = ALGORITHM
    seed_commitment: str
    seed: str
    size: int
    pool: list[CandidateOut]
    excluded: int
    drawn: list[UUID]
    drawn_at: datetime
    replacements: list[DepartureOut]
    seated: list[UUID]


class PledgeOut(BaseModel):
    """The pledge in force, and when the caller signed it."""

    text: str
    text_sha256: str
    signed_at: datetime | None


class AgendaItemOut(BaseModel):
    """A declaration in an expert's list."""

    meeting_id: UUID
    declaration_id: UUID
    place: UUID = Field(description="what the list goes on after")
    number: str
    series: str
    specialty_id: UUID | None
    level: str
    waives: list[Waiver]
    voted: bool
    in_my_group: bool
    hearings: list[HearingOut]


class AgendaCaseOut(AgendaItemOut):
    """A declaration as an expert sees it, with what was declared."""

    content: dict[str, Any]


class BallotOut(BaseModel):
    """That a ballot is in; which way it went is nowhere said."""

    declaration_id: UUID
    cast: bool = True


class RecountOut(BaseModel):
    """The ballots of a declaration counted again, beside the signed tally."""

    declaration_id: UUID
    in_favour: int
    against: int
    agrees: bool
    signature_valid: bool
