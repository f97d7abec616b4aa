"""Rows of places in status lists: where a verifier looks whether a credential still stands."""

from uuid import UUID

from sqlalchemy import ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.base import Base


class StatusPlace(Base):
    """The place of one certificate's credential, kept for good: `index` in the list numbered `list_no`."""

    __tablename__ = "status_place"
    __table_args__ = (UniqueConstraint("list_no", "index"),)

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    list_no: Mapped[int] = mapped_column(Integer)
    index: Mapped[int] = mapped_column(Integer)
