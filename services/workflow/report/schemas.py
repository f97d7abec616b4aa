"""Shapes of reports; none of them tells who reported."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.workflow.report.states import ReportState
from services.workflow.shapes import In, Line, Out, Prose, Stated


class ReportIn(In):
    """What is reported against a declaration; an anonymous one keeps no trace of its author."""

    number: Line
    text: Prose
    anonymous: bool = False


class ReportReceipt(Out):
    """That the report was received."""

    id: UUID
    number: str
    anonymous: bool
    state: ReportState
    reported_at: datetime


class ReportOut(ReportReceipt, Stated):
    """A report as those see it who check it; never its author."""

    declaration_id: UUID
    text: str
    reason: str | None
    decided_on: date | None
    due_on: date | None = Field(description="by when it is to be taken up or decided on")
    version: int


class StepIn(In):
    """A step of the check; every one but taking it up gives its reason."""

    reason: Prose | None = None
    version: int | None = Field(None, ge=1)
