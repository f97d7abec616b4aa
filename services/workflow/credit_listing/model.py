"""What one platform answers about one declaration; of the person nothing but the id stands here."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base

UNIQUE = "uq_credit_listing_declaration_id_platform"


class CreditListing(Keyed, Versioned, Base):
    """A platform's answer, as it was given last.

    `check_id` is the question that counts: who submits again is asked of anew, and an answer to a former one changes nothing.
    `awaited_until` is the last day on which it is waited for, and empty once it is there. `document`, `begins` and `until` are
    the platform's; `document_number` and `reason` those by which the province set it aside.
    """

    __tablename__ = "credit_listing"
    __table_args__ = (
        UniqueConstraint("declaration_id", "platform", name=UNIQUE),
        CheckConstraint("state <> 'LISTED' or document is not null", name="1_8_listed_by_document"),
        CheckConstraint(
            "state <> 'SET_ASIDE' or num_nonnulls(document_number, reason) = 2",
            name="1_8_set_aside_by_document",
        ),
    )

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    platform: Mapped[str] = mapped_column(String(60))
    platform_title: Mapped[str] = mapped_column(String(120))
    check_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(24))
    asked_at: Mapped[datetime]
    awaited_until: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    document: Mapped[str | None] = mapped_column(String(120))
    begins: Mapped[date | None]
    until: Mapped[date | None]
    document_number: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(Text)
