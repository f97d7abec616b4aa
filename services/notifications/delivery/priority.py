"""Which of what is to be told goes out first."""

from collections.abc import Mapping
from enum import IntEnum

from services.notifications.delivery.notice import Notice

FOR_MANY = ("everyone", "within/")


class Priority(IntEnum):
    """Which goes first: one's own, what the law wants told before the rest; then what many hear, in the same order."""

    LEGAL = 0
    ORDINARY = 1
    LEGAL_TO_MANY = 2
    TO_MANY = 3


OWN, TO_MANY = "one's own", "to many"
LANES: Mapping[str, tuple[Priority, ...]] = {
    OWN: (Priority.LEGAL, Priority.ORDINARY),
    TO_MANY: (Priority.LEGAL_TO_MANY, Priority.TO_MANY),
}
"""What goes to many has a lane of its own: however slow it is, what is urgent never waits behind it."""


def priority_of(notice: Notice) -> Priority:
    """What many hear goes after what is somebody's own; of both, what the law wants told goes first."""
    if notice.audience.key.startswith(FOR_MANY):
        return Priority.LEGAL_TO_MANY if notice.legal else Priority.TO_MANY
    return Priority.LEGAL if notice.legal else Priority.ORDINARY
