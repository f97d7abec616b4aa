"""What other services may know of notifications: the events that it publishes."""

from typing import ClassVar
from uuid import UUID

from services.kit.outbox import Event


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
