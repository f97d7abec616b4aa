"""The events of workflow but those of declarations. They import nothing of this service."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from services.kit.outbox import Event


class WindowTold(BaseModel):
    """A window of the year's run as it was when the year was opened; its days are inclusive."""

    window: str
    title: str
    opens: date
    closes: date


class CycleOpened(Event):
    """The province opened the year's review, which runs in these windows (三（六）)."""

    type: ClassVar[str] = "titles.workflow.cycle.opened.v1"

    cycle_id: UUID
    year: int
    policy: str
    windows: list[WindowTold] = Field(default_factory=list)

    @property
    def subject(self) -> str:
        """The cycle."""
        return f"cycle/{self.cycle_id}"


class CycleClosed(Event):
    """The province closed the year's review after its run."""

    type: ClassVar[str] = "titles.workflow.cycle.closed.v1"

    cycle_id: UUID
    year: int
    policy: str

    @property
    def subject(self) -> str:
        """The cycle."""
        return f"cycle/{self.cycle_id}"


class WindowExtended(Event):
    """The province published that a window of the year's run lasts longer (三（六）)."""

    type: ClassVar[str] = "titles.workflow.cycle.extended.v1"

    cycle_id: UUID
    extension_id: UUID
    year: int
    window: str
    title: str
    closes: date
    document_number: str

    @property
    def subject(self) -> str:
        """The cycle."""
        return f"cycle/{self.cycle_id}"


class ExtensionWithdrawn(WindowExtended):
    """The province took an extension back before it counted; `closes` is the window's last day again (三（六）)."""

    type: ClassVar[str] = "titles.workflow.cycle.extension_withdrawn.v1"

    was_public: bool


class PassMarkRecorded(Event):
    """The state's pass mark of a level is on record: the level takes declarations now (三（六）1)."""

    type: ClassVar[str] = "titles.workflow.pass_mark.recorded.v1"

    pass_mark_id: UUID
    cycle_id: UUID
    year: int
    series: str
    series_name: str
    level: str
    mark: int
    document_number: str

    @property
    def subject(self) -> str:
        """The cycle."""
        return f"cycle/{self.cycle_id}"


class SpecialtyFiled(Event):
    """A review specialty was filed with the provincial HRSS (一（二）)."""

    type: ClassVar[str] = "titles.workflow.specialty.filed.v1"

    specialty_id: UUID
    series: str
    name: str
    organisation_id: UUID

    @property
    def subject(self) -> str:
        """The specialty."""
        return f"specialty/{self.specialty_id}"


class SpecialtyChanged(SpecialtyFiled):
    """A specialty was adjusted by another, is to be withdrawn or was; or what was proposed came to nothing (一（二）)."""

    type: ClassVar[str] = "titles.workflow.specialty.changed.v1"

    state: str
    state_name: str
    successor_id: UUID | None = None


class ArrangementPublished(Event):
    """The year's arrangement of a series was published (三（四）)."""

    type: ClassVar[str] = "titles.workflow.arrangement.published.v1"

    arrangement_id: UUID
    cycle_id: UUID
    year: int
    series: str
    title: str
    organisation_id: UUID

    @property
    def subject(self) -> str:
        """The arrangement."""
        return f"arrangement/{self.arrangement_id}"


class CriteriaMoved(Event):
    """Review criteria were approved or published (一（一）)."""

    type: ClassVar[str] = "titles.workflow.criteria.moved.v1"

    criteria_id: UUID
    series: str
    level: str
    title: str
    organisation_id: UUID
    action: str
    before: str
    after: str

    @property
    def subject(self) -> str:
        """The criteria."""
        return f"criteria/{self.criteria_id}"


class CommitteeApproved(Event):
    """A review committee may be used in its cycle (一（三）1)."""

    type: ClassVar[str] = "titles.workflow.committee.approved.v1"

    committee_id: UUID
    cycle_id: UUID
    name: str
    series: str
    levels: list[str]
    office_id: UUID

    @property
    def subject(self) -> str:
        """The committee."""
        return f"committee/{self.committee_id}"


class CommitteeWithdrawn(CommitteeApproved):
    """A review committee may no longer be used: what it has not taken yet it may not take any more (一（三）1)."""

    type: ClassVar[str] = "titles.workflow.committee.withdrawn.v1"


class ExpertMoved(Event):
    """An entry of the expert pool was renewed, suspended, withdrawn or reinstated (三（三）)."""

    type: ClassVar[str] = "titles.workflow.expert.moved.v1"

    expert_id: UUID
    account_id: UUID
    series: str
    action: str
    after: str
    valid_until: date
    office_ids: list[UUID] = Field(
        default_factory=list,
        description="offices of meetings that the expert is drawn for and that are not open",
    )

    @property
    def subject(self) -> str:
        """The expert."""
        return f"expert/{self.expert_id}"


class PlanPublished(Event):
    """A unit published its recommendation plan (三（六）2)."""

    type: ClassVar[str] = "titles.workflow.recommendation_plan.published.v1"

    plan_id: UUID
    cycle_id: UUID
    year: int
    unit_id: UUID
    lineage: list[UUID] = Field(
        default_factory=list, description="the organisations from the root down to the unit"
    )

    @property
    def subject(self) -> str:
        """The plan."""
        return f"recommendation_plan/{self.plan_id}"


class RecommendationEvent(Event):
    """What every event about a recommendation tells."""

    recommendation_id: UUID
    cycle_id: UUID
    year: int
    unit_id: UUID
    person_id: UUID
    account_id: UUID
    person_name: str
    series: str
    level: str
    reservation_id: UUID | None = None
    publicity_id: UUID | None = None
    lineage: list[UUID] = Field(
        default_factory=list, description="the organisations from the root down to the unit"
    )

    @property
    def subject(self) -> str:
        """The recommendation."""
        return f"recommendation/{self.recommendation_id}"


class RecommendationReserved(RecommendationEvent):
    """A unit recommends a person; a post is held."""

    type: ClassVar[str] = "titles.workflow.recommendation.reserved.v1"


class RecommendationPublicised(RecommendationEvent):
    """The recommendation is in publicity inside the unit."""

    type: ClassVar[str] = "titles.workflow.recommendation.publicised.v1"

    opens_on: date
    closes_on: date


class RecommendationConfirmed(RecommendationEvent):
    """The publicity is over and no objection stands; the post is taken."""

    type: ClassVar[str] = "titles.workflow.recommendation.confirmed.v1"

    due_on: date | None = Field(None, description="the last day of declaring on it, as the window stands")
    due_window: str | None = Field(None, description="the window of the year's run that `due_on` closes")


class RecommendationEnded(RecommendationEvent):
    """The recommendation came to nothing; its post is free again."""

    type: ClassVar[str] = "titles.workflow.recommendation.ended.v1"

    reason: str
    new_unit_id: UUID | None = Field(
        None, description="the unit that the person has moved to, if that ended it"
    )


class ObjectionMoved(Event):
    """An objection was raised in a publicity, or decided; who raised it is never told (三（六）3)."""

    type: ClassVar[str] = "titles.workflow.objection.moved.v1"

    objection_id: UUID
    publicity_id: UUID
    kind: str
    subject_id: UUID
    organisation_id: UUID
    action: str
    after: str

    @property
    def subject(self) -> str:
        """The publicity it was raised in."""
        return f"publicity/{self.publicity_id}"


class MeetingMoved(Event):
    """A review meeting went a step."""

    type: ClassVar[str] = "titles.workflow.meeting.moved.v1"

    meeting_id: UUID
    committee_id: UUID
    office_id: UUID
    action: str
    after: str
    held_on: date
    hrss_id: UUID | None = Field(
        None, description="the HRSS that the plan is filed with: the nearest above the office"
    )
    expert_account_ids: list[UUID] = Field(default_factory=list)
    left_account_id: UUID | None = Field(None, description="REPLACE: the expert who leaves")
    entered_account_id: UUID | None = Field(None, description="REPLACE: who comes in; none for a vacant seat")

    @property
    def subject(self) -> str:
        """The meeting."""
        return f"meeting/{self.meeting_id}"


class ResultPublicised(Event):
    """The results of a meeting are in publicity: one publicity for each declaration that passed, in the same order."""

    type: ClassVar[str] = "titles.workflow.result.publicised.v1"

    meeting_id: UUID
    committee_id: UUID
    office_id: UUID
    opens_on: date
    closes_on: date
    publicity_ids: list[UUID] = Field(default_factory=list)
    declaration_ids: list[UUID] = Field(default_factory=list)

    @property
    def subject(self) -> str:
        """The meeting."""
        return f"meeting/{self.meeting_id}"
