"""The event of recognitions of titles from elsewhere. It imports nothing of this service."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from services.kit.outbox import Event


class RecognitionMoved(Event):
    """A recognition was asked for, verified, returned, refused, confirmed, withdrawn, or is late (一（六）)."""

    type: ClassVar[str] = "titles.workflow.recognition.moved.v1"

    recognition_id: UUID
    person_id: UUID
    person_name: str
    title_name: str
    level: str
    wish: str
    unit_id: UUID = Field(description="who confirms")
    hrss_id: UUID = Field(description="who verifies")
    superior_id: UUID = Field(description="who stands above the body that has it")
    action: str
    after: str
    reason: str | None = None
    due_on: date | None = None
    lineage: list[UUID] = Field(
        default_factory=list, description="the organisations from the root down to the unit"
    )

    @property
    def subject(self) -> str:
        """The request."""
        return f"recognition/{self.recognition_id}"
