"""Rows of second factors, recovery codes, and challenges under way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, func
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base


class SecondFactor(Base):
    """The sealed secret of an account's one-time passwords; no step up to `last_step` is taken again."""

    __tablename__ = "second_factor"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger)
    enrolled_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RecoveryCode(Base):
    """A code for the day the device is lost, as a keyed digest; used, its row is gone."""

    __tablename__ = "recovery_code"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)


class Challenge(Base):
    """What is still asked of someone who gave the right password; good for one purpose, once, for minutes."""

    __tablename__ = "challenge"
    __table_args__ = (
        CheckConstraint("(kind = 'CODE') = (secret_sealed is null)", name="enrols_a_secret"),
        Index("ix_challenge_expires_at", "expires_at"),
    )

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
