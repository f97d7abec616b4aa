"""The events of spot checks."""

from typing import ClassVar
from uuid import UUID

from services.kit.outbox import Event


class SpotCheckMoved(Event):
    """The province drew from the results of a year, closed a spot check, or cancelled one (三（五）)."""

    type: ClassVar[str] = "titles.workflow.spot_check.moved.v1"

    spot_check_id: UUID
    cycle_id: UUID
    year: int
    action: str
    after: str

    @property
    def subject(self) -> str:
        """The spot check."""
        return f"spot_check/{self.spot_check_id}"


class SpotCheckItemMoved(Event):
    """A checker took an item of a spot check, gave it back, or gave its verdict."""

    type: ClassVar[str] = "titles.workflow.spot_check_item.moved.v1"

    item_id: UUID
    spot_check_id: UUID
    action: str
    after: str

    @property
    def subject(self) -> str:
        """The item."""
        return f"spot_check_item/{self.item_id}"
