"""Rows of roles held at organisations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.kit.ids import new_id


class Grant(Base):
    """A role that an account holds at an organisation."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "organisation_id"),
        Index("ix_role_grant_organisation_id_account_id", "organisation_id", "account_id"),
        Index("ix_role_grant_organisation_id_role_account_id", "organisation_id", "role", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(40))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    granted_by: Mapped[UUID | None]
    granted_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Offer(Base):
    """A role offered to an account of another organisation; its owner takes it or leaves it."""

    __tablename__ = "role_offer"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "organisation_id"),
        Index("ix_role_offer_organisation_id_account_id", "organisation_id", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(40))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    offered_by: Mapped[UUID]
    offered_at: Mapped[datetime] = mapped_column(server_default=func.now())
