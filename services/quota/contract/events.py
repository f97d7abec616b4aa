"""What quota tells: forms and decisions, places held, taken and given back, flags, places that became free."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from services.kit.outbox import Event
from services.quota.contract.words import Bearing, PostPool, ReservationState, TitleLevel


class AnnualFormMoved(Event):
    """An annual review form (附件2) went a step."""

    type: ClassVar[str] = "titles.quota.annual_form.moved.v1"

    form_id: UUID
    unit_id: UUID
    authority_id: UUID | None
    hrss_id: UUID
    year: int
    revision: int = 1
    action: str
    before: str
    after: str
    note: str | None = None
    lineage: list[UUID] = Field(
        default_factory=list, description="the organisations from the root down to the unit"
    )

    @property
    def subject(self) -> str:
        """The form."""
        return f"annual_form/{self.form_id}"


class ReservationChanged(Event):
    """A post was held, confirmed or given back."""

    type: ClassVar[str] = "titles.quota.reservation.changed.v1"

    reservation_id: UUID
    recommendation_id: UUID
    unit_id: UUID
    year: int
    pool: PostPool = PostPool.GENERAL
    level: TitleLevel
    state: ReservationState
    lineage: list[UUID] = Field(
        default_factory=list, description="the organisations from the root down to the unit"
    )

    @property
    def subject(self) -> str:
        """The recommendation that holds the post."""
        return f"recommendation/{self.recommendation_id}"


class ReservationFlagged(Event):
    """What a live recommendation rested on is gone, or is there again (附件2 说明2)."""

    type: ClassVar[str] = "titles.quota.reservation.flagged.v1"

    reservation_id: UUID
    recommendation_id: UUID
    unit_id: UUID
    hrss_id: UUID | None
    person_name: str | None
    year: int
    pool: PostPool
    level: TitleLevel
    bearing: Bearing

    @property
    def subject(self) -> str:
        """The recommendation."""
        return f"recommendation/{self.recommendation_id}"


class PlaceFreed(Event):
    """A place became free at a unit, and someone was refused for lack of one before."""

    type: ClassVar[str] = "titles.quota.place.freed.v1"

    waiting_id: UUID
    unit_id: UUID
    person_name: str | None
    year: int
    pool: PostPool
    level: TitleLevel

    @property
    def subject(self) -> str:
        """The one who waits."""
        return f"waiting/{self.waiting_id}"


class PostDecisionMoved(Event):
    """The same-level HRSS set a unit's numbers by decision, or ended one (二（一）第2段)."""

    type: ClassVar[str] = "titles.quota.post_decision.moved.v1"

    decision_id: UUID
    unit_id: UUID
    hrss_id: UUID
    year: int
    document_no: str
    action: str
    after: str
    lineage: list[UUID] = Field(
        default_factory=list, description="the organisations from the root down to the unit"
    )

    @property
    def subject(self) -> str:
        """The decision."""
        return f"post_decision/{self.decision_id}"


class TargetedPlanMoved(Event):
    """The targeted posts of a grass-roots unit were approved (一（四）1)."""

    type: ClassVar[str] = "titles.quota.targeted_plan.moved.v1"

    plan_id: UUID
    unit_id: UUID
    hrss_id: UUID
    year: int
    revision: int
    action: str
    after: str
    lineage: list[UUID] = Field(
        default_factory=list, description="the organisations from the root down to the unit"
    )

    @property
    def subject(self) -> str:
        """The plan."""
        return f"targeted_plan/{self.plan_id}"


class TargetedEmployment(Event):
    """Someone with a targeted title was employed on a targeted post: filed with the provincial HRSS (一（四）1)."""

    type: ClassVar[str] = "titles.quota.targeted_employment.filed.v1"

    movement_id: UUID
    unit_id: UUID
    province_id: UUID
    person_name: str
    level: TitleLevel
    employed_on: date

    @property
    def subject(self) -> str:
        """The movement of the staffing ledger."""
        return f"staffing_movement/{self.movement_id}"


class TargetedEmploymentWithdrawn(Event):
    """An employment that was filed with the provincial HRSS was taken back by the unit (一（四）1)."""

    type: ClassVar[str] = "titles.quota.targeted_employment.withdrawn.v1"

    movement_id: UUID
    reversal_id: UUID
    unit_id: UUID
    province_id: UUID
    person_name: str
    level: TitleLevel
    employed_on: date
    reason: str

    @property
    def subject(self) -> str:
        """The movement that was filed."""
        return f"staffing_movement/{self.movement_id}"


class StaffingImportMoved(Event):
    """An import of a unit's roster took a step; `account_id` is whoever began it."""

    type: ClassVar[str] = "titles.quota.staffing_import.moved.v1"

    import_id: UUID
    unit_id: UUID
    account_id: UUID
    action: str
    after: str

    @property
    def subject(self) -> str:
        """The import."""
        return f"staffing_import/{self.import_id}"


class RecalculationMoved(Event):
    """A recalculation of the whole province went a step; `units` is how many it has come to."""

    type: ClassVar[str] = "titles.quota.recalculation.moved.v1"

    recalculation_id: UUID
    organisation_id: UUID
    year: int
    action: str
    after: str
    units: int

    @property
    def subject(self) -> str:
        """The recalculation."""
        return f"recalculation/{self.recalculation_id}"
