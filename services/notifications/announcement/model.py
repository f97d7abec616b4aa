"""Announcements as rows; what goes out is one message of the inbox and one row of fan-out, both under the announcement's id."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.notifications.announcement.states import AnnouncementCase, AnnouncementState
from services.notifications.base import Base


class Announcement(Keyed, Versioned, Base):
    """What an organisation announced, to whom, and where it stands.

    `lineage` are the organisations from the root down to it; `announced_on` is the day that it counts for.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        Index("ix_announcement_lineage", "lineage", postgresql_using="gin"),
        Index("ix_announcement_day", "organisation_id", "announced_on"),
        Index("ix_announcement_open", "id", postgresql_where=text("state = 'ANNOUNCED'")),
    )

    organisation_id: Mapped[UUID]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    roles: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    topic: Mapped[str] = mapped_column(String(40))
    legal: Mapped[bool]
    document_no: Mapped[str | None] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str | None] = mapped_column(String(240))
    body_en: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    announced_by: Mapped[UUID]
    announced_at: Mapped[datetime]
    announced_on: Mapped[date]
    cancelled_for: Mapped[str | None] = mapped_column(Text)

    def as_case(self) -> AnnouncementCase:
        """The announcement as its steps see it."""
        return AnnouncementCase(self.id, AnnouncementState(self.state), self.version, self.lineage)
