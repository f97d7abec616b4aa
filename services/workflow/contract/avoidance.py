"""The events of relations on record and of requests for avoidance. They import nothing of this service."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from services.kit.outbox import Event


class RelationMoved(Event):
    """A relation of an expert went on record or off it; neither who nor to whom is told (三（三）)."""

    type: ClassVar[str] = "titles.workflow.expert_relation.moved.v1"

    relation_id: UUID
    action: str
    after: str
    office_ids: list[UUID] = Field(
        default_factory=list,
        description="offices of meetings that the expert is drawn for and that are not open",
    )

    @property
    def subject(self) -> str:
        """The relation."""
        return f"expert_relation/{self.relation_id}"


class AvoidanceRequestMoved(Event):
    """An applicant asked that somebody keep out, or it was decided; whom it names is not told (三（三）)."""

    type: ClassVar[str] = "titles.workflow.avoidance_request.moved.v1"

    request_id: UUID
    declaration_id: UUID
    number: str
    account_id: UUID
    office_id: UUID
    action: str
    after: str

    @property
    def subject(self) -> str:
        """The request."""
        return f"avoidance_request/{self.request_id}"
