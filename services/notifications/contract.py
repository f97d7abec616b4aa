"""What other services may know of notifications: the events that it publishes."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from services.kit.outbox import Event


class AnnouncementMoved(Event):
    """An announcement was made, came to its end or was withdrawn; `before` is empty of one just made."""

    type: ClassVar[str] = "titles.notifications.announcement.moved.v1"

    announcement_id: UUID
    organisation_id: UUID
    lineage: list[UUID]
    action: str
    before: str | None = None
    after: str

    @property
    def subject(self) -> str:
        """The announcement."""
        return f"announcement/{self.announcement_id}"


class WebhookEndpointMoved(Event):
    """A third party's receiver was paused, disabled, enabled again or removed; `disabled_for` is why the platform disabled it."""

    type: ClassVar[str] = "titles.notifications.webhook_endpoint.moved.v1"

    endpoint_id: UUID
    organisation_id: UUID
    url: str
    action: str
    before: str
    after: str
    disabled_for: str | None = None

    @property
    def subject(self) -> str:
        """The receiver."""
        return f"webhook_endpoint/{self.endpoint_id}"


class WebhookDeliveryGivenUp(Event):
    """A receiver did not take a delivery however often it was tried: what follows of the same subject waits until somebody acts.

    Of several of one receiver and day that wait so, the first alone is told.
    """

    type: ClassVar[str] = "titles.notifications.webhook_delivery.given_up.v1"

    delivery_id: UUID
    endpoint_id: UUID
    organisation_id: UUID
    url: str
    message_id: UUID
    event_type: str
    about: str

    @property
    def subject(self) -> str:
        """The delivery."""
        return f"webhook_delivery/{self.delivery_id}"


class WebhookDeliveryPassedOver(Event):
    """A delivery that a receiver did not take was passed over: it never hears of that event, and of what follows again."""

    type: ClassVar[str] = "titles.notifications.webhook_delivery.passed_over.v1"

    delivery_id: UUID
    endpoint_id: UUID
    organisation_id: UUID
    url: str
    message_id: UUID
    event_type: str
    about: str
    reason: str

    @property
    def subject(self) -> str:
        """The delivery."""
        return f"webhook_delivery/{self.delivery_id}"


class CreditCheckAsked(Event):
    """A credit platform is about to be asked whether whoever submitted a declaration is barred (一（八）)."""

    type: ClassVar[str] = "titles.notifications.credit_check.asked.v1"

    check_id: UUID
    declaration_id: UUID
    platform: str
    platform_title: str

    @property
    def subject(self) -> str:
        """The declaration."""
        return f"declaration/{self.declaration_id}"


class CreditCheckAnswered(Event):
    """A credit platform has answered whether whoever declares is barred; without `until` a listing has no end (一（八）)."""

    type: ClassVar[str] = "titles.notifications.credit_check.answered.v1"

    check_id: UUID
    declaration_id: UUID
    person_id: UUID
    platform: str
    platform_title: str
    listed: bool
    document: str | None = Field(None, description="the document by which the person is listed")
    begins: date | None = Field(None, description="the first day of the bar")
    until: date | None = Field(None, description="its last day")

    @property
    def subject(self) -> str:
        """The declaration."""
        return f"declaration/{self.declaration_id}"
