"""Rows of what the sending side said."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.workflow.base import Base


class SendingOpinion(Keyed, Base):
    """What one body of the sending side said of a declaration, under its seal (append-only, 二（四）1（1）).

    `signatory` is the organisation that the seal names; `material_id` the sheet on which opinion and seal stand.
    `recorder_id` is the account that recorded it, for `organisation_id`.
    """

    __tablename__ = "sending_opinion"
    __table_args__ = (
        UniqueConstraint("declaration_id", "round", "body", name="uq_sending_opinion_once"),
        CheckConstraint("body in ('UNIT_HR', 'AUTHORITY')", name="2_4_1_1_body"),
        CheckConstraint("opinion in ('AGREED', 'NOT_AGREED')", name="2_4_1_1_opinion"),
    )

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    round: Mapped[int]
    body: Mapped[str] = mapped_column(String(20))
    opinion: Mapped[str] = mapped_column(String(20))
    signatory: Mapped[str] = mapped_column(String(160))
    signed_on: Mapped[date]
    material_id: Mapped[UUID] = mapped_column(ForeignKey("material.id"))
    organisation_id: Mapped[UUID]
    recorder_id: Mapped[UUID]
    recorder_name: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]
