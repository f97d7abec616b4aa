"""Which approved form a unit's posts of a year are counted by."""

from uuid import UUID

from sqlalchemy import ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.quota.base import Base


class Ledger(Base):
    """One row per unit and year from the first approval on.

    Whoever takes a place, or changes how many there are, locks this row first. It is the one place where grants of a
    unit queue up, so that no two of them count the same vacancy.
    """

    __tablename__ = "ledger"

    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    form_id: Mapped[UUID] = mapped_column(ForeignKey("annual_form.id"), unique=True)
