"""Rows that count verifications: under keyed digests, so that they tell neither address nor number."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.base import Base


class VerificationCount(Base):
    """How much was used under one key, `until` its count begins anew."""

    __tablename__ = "verification_count"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used: Mapped[int]
    until: Mapped[datetime]
