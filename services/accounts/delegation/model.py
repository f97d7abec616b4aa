"""Rows of roles handed to a colleague for a while."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.kit.db import Keyed, Versioned


class Delegation(Keyed, Versioned, Base):
    """A role of the delegator's that the delegate exercises from `begins_on` to `ends_on`, both days included."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("begins_on <= ends_on", name="has_a_period"),
        CheckConstraint("delegator_id <> delegate_id", name="to_another"),
        Index("ix_delegation_delegator_id_ends_on", "delegator_id", "ends_on"),
        Index("ix_delegation_delegate_id_ends_on", "delegate_id", "ends_on"),
        Index("ix_delegation_organisation_id_id", "organisation_id", "id"),
    )

    delegator_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    delegate_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(40))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(20))
