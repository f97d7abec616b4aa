"""Lists of entitled people, and who was put on them or taken off."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base


class EntitlementList(Keyed, Versioned, Base):
    """A list of a cycle by a document of the authority that keeps it (二（四）2)."""

    __tablename__ = "entitlement_list"
    __table_args__ = (
        UniqueConstraint("cycle_id", "organisation_id", "document_number"),
        CheckConstraint("(state = 'PUBLISHED') = (published_at is not null)", name="2_4_2_published"),
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    title: Mapped[str] = mapped_column(String(200))
    document_number: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(24))
    published_at: Mapped[datetime | None]
    organisation_id: Mapped[UUID]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class EntitlementEntry(Keyed, Base):
    """That a person was put on a list or taken off it, why and by whom; the last one of a person holds (append-only)."""

    __tablename__ = "entitlement_entry"
    __table_args__ = (
        CheckConstraint("action in ('ADD', 'REMOVE')", name="2_4_2_action"),
        Index("ix_entitlement_entry_list", "list_id", "id"),
        Index("ix_entitlement_entry_person", "person_id", "list_id", "id"),
    )

    list_id: Mapped[UUID] = mapped_column(ForeignKey("entitlement_list.id"))
    person_id: Mapped[UUID]
    person_name: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
