"""Words of announcements: where one stands, and what is done with it."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.kit.words import Word


class AnnouncementState(Word):
    """Where an announcement stands; its message is in the inboxes from the first."""

    ANNOUNCED = "ANNOUNCED", "发送中"
    FINISHED = "FINISHED", "已发送完毕"
    CANCELLED = "CANCELLED", "已撤回"


class AnnouncementAction(Word):
    """What is done with an announcement."""

    FINISH = "FINISH", "发送完毕"
    CANCEL = "CANCEL", "撤回公告"


@dataclass(frozen=True, slots=True)
class AnnouncementCase:
    """An announcement, as its steps see it."""

    id: UUID
    state: AnnouncementState
    version: int
    lineage: Collection[UUID]
    """The organisations above the one that announced it, and that one."""
