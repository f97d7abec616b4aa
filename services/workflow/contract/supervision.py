"""The events of supervision and of reports."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from services.kit.outbox import Event


class ReviewFlagged(Event):
    """A reviewer approved at an implausible pace; told once for a burst to who stands above (三（二）)."""

    type: ClassVar[str] = "titles.workflow.review_flag.raised.v1"

    flag_id: UUID
    organisation_id: UUID
    account_id: UUID
    reviewer_name: str
    number: str = Field(description="of the declaration whose approval was flagged first")
    superior_id: UUID | None = Field(None, description="the body above, where that is no HRSS")
    hrss_id: UUID | None = Field(None, description="the nearest HRSS above; at the top itself")

    @property
    def subject(self) -> str:
        """The flag."""
        return f"review_flag/{self.flag_id}"


class ReviewFlagMoved(Event):
    """A supervisor decided on a flag."""

    type: ClassVar[str] = "titles.workflow.review_flag.moved.v1"

    flag_id: UUID
    organisation_id: UUID
    action: str
    after: str

    @property
    def subject(self) -> str:
        """The flag."""
        return f"review_flag/{self.flag_id}"


class FindingMoved(Event):
    """A body above ordered a correction or voided a result, or it was answered, accepted, ordered anew, or is late."""

    type: ClassVar[str] = "titles.workflow.finding.moved.v1"

    finding_id: UUID
    kind: str
    organisation_id: UUID
    body_id: UUID
    superior_id: UUID = Field(description="who stands above the body that decided; at the top itself")
    lineage: list[UUID] = Field(
        default_factory=list, description="the organisations from the root down to the one concerned"
    )
    action: str
    after: str
    document_number: str
    due_on: date | None = None
    note: str | None = None

    @property
    def subject(self) -> str:
        """The finding."""
        return f"finding/{self.finding_id}"


class ReportMoved(Event):
    """Something was reported against a declaration, taken up or not, decided or late; who reported is never told (三（六）3)."""

    type: ClassVar[str] = "titles.workflow.report.moved.v1"

    report_id: UUID
    declaration_id: UUID
    number: str
    hrss_id: UUID = Field(description="the nearest HRSS above the unit concerned")
    superior_id: UUID = Field(description="who stands above that HRSS; at the top itself")
    at_organisation_id: UUID | None = Field(None, description="who has the declaration")
    due_on: date | None = Field(None, description="by when it is to be taken up or decided on")
    action: str
    after: str

    @property
    def subject(self) -> str:
        """The report."""
        return f"report/{self.report_id}"
