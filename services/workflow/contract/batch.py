"""The event of batches. It imports nothing of this service."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from services.kit.outbox import Event


class BatchMoved(Event):
    """A region published a batch of a route, or withdrew it; `was_public` tells of what was published before (一（四）2)."""

    type: ClassVar[str] = "titles.workflow.batch.moved.v1"

    batch_id: UUID
    cycle_id: UUID
    year: int
    route: str
    route_name: str
    organisation_id: UUID
    title: str
    document_number: str
    action: str
    after: str
    was_public: bool
    declares_until: date | None = Field(None, description="the last day of declaring in it")

    @property
    def subject(self) -> str:
        """The batch."""
        return f"batch/{self.batch_id}"
