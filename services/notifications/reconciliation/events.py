"""What happens here by itself and somebody is told of: a platform does not have what it answered that it received."""

from typing import ClassVar
from uuid import UUID

from services.kit.outbox import Event


class ReconciliationDiffered(Event):
    """A credit platform's list differs from what it was sent (一（八）)."""

    type: ClassVar[str] = "titles.notifications.reconciliation.differed.v1"

    reconciliation_id: UUID
    platform: str
    differences: int
    province_id: UUID

    @property
    def subject(self) -> str:
        """The reconciliation."""
        return f"reconciliation/{self.reconciliation_id}"
