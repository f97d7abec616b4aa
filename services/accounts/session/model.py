"""Rows of the sign-in history."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.kit.ids import new_id


class SignIn(Base):
    """One try to sign in at an account; `address` is masked before it is kept."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_account_id_id", "account_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    outcome: Mapped[str] = mapped_column(String(20))
    how: Mapped[str | None] = mapped_column(String(20))
    device: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(45))
