"""What other services may know of quota: the levels posts are counted by, shapes and events."""

from typing import ClassVar
from uuid import UUID

from services.kit.outbox import Event
from services.kit.words import Word


class TitleLevel(Word):
    """The levels of titles that posts are counted by."""

    FULL_SENIOR = "FULL_SENIOR", "正高级"
    ASSOCIATE_SENIOR = "ASSOCIATE_SENIOR", "副高级"
    MIDDLE = "MIDDLE", "中级"
    JUNIOR = "JUNIOR", "初级"


class ReservationState(Word):
    """Where a reservation of a post stands."""

    HELD = "HELD", "已预留"
    CONFIRMED = "CONFIRMED", "已占用"
    RELEASED = "RELEASED", "已释放"
    EXEMPT = "EXEMPT", "不占岗位"


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
