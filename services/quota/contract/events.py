"""What quota tells: an annual form moved, a place was held, taken or given back."""

from typing import ClassVar
from uuid import UUID

from services.kit.outbox import Event
from services.quota.contract.words import ReservationState, TitleLevel


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
    level: TitleLevel
    state: ReservationState

    @property
    def subject(self) -> str:
        """The recommendation that holds the post."""
        return f"recommendation/{self.recommendation_id}"
