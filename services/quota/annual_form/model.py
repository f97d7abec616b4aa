"""The annual review form as rows: its head, a column of figures per level, the reasons of returns."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.quota.annual_form.states import Cell, FormState
from services.quota.base import Base, one_of
from services.quota.contract import TitleLevel


class AnnualForm(Keyed, Versioned, Base):
    """One version of a unit's form of a year; `former_id` is the version it replaces once approved."""

    __tablename__ = "annual_form"
    __table_args__ = (
        CheckConstraint(one_of("state", FormState), name="a2_state"),
        CheckConstraint("(revision = 1) = (former_id is null)", name="a2_former_version"),
        CheckConstraint("unit_id = lineage[cardinality(lineage)]", name="lineage_ends_at_unit"),
        UniqueConstraint("unit_id", "year", "revision", name="uq_annual_form_revision"),
        Index(
            "uq_annual_form_2_1_1_one_in_force",
            "unit_id",
            "year",
            unique=True,
            postgresql_where=text("state = 'APPROVED'"),
        ),
        Index(
            "uq_annual_form_a2_one_open",
            "unit_id",
            "year",
            unique=True,
            postgresql_where=text("state in ('DRAFT', 'AT_AUTHORITY', 'AT_HRSS', 'RETURNED')"),
        ),
        Index("ix_annual_form_lineage", "lineage", postgresql_using="gin"),
    )

    unit_id: Mapped[UUID]
    year: Mapped[int] = mapped_column(SmallInteger)
    revision: Mapped[int] = mapped_column(SmallInteger)
    former_id: Mapped[UUID | None] = mapped_column(ForeignKey("annual_form.id"))
    state: Mapped[str] = mapped_column(String(20))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    authority_id: Mapped[UUID | None]
    hrss_id: Mapped[UUID]


annual_form = cast("Table", AnnualForm.__table__)


class FormColumn(Base):
    """The figures of one level; the database itself derives what the notice derives (附件2 说明2)."""

    __tablename__ = "annual_form_column"
    __table_args__ = (
        CheckConstraint(one_of("level", TitleLevel), name="a2_level"),
        CheckConstraint("approved >= 0", name="a2_approved"),
        CheckConstraint("employed >= 0", name="a2_employed"),
        CheckConstraint("qualified_not_employed >= 0", name="a2_qualified_not_employed"),
        CheckConstraint("exits >= 0", name="a2_exits"),
    )

    form_id: Mapped[UUID] = mapped_column(ForeignKey("annual_form.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str] = mapped_column(String(20), primary_key=True)
    approved: Mapped[int]
    employed: Mapped[int]
    qualified_not_employed: Mapped[int]
    exits: Mapped[int]
    vacant: Mapped[int] = mapped_column(Computed("approved - employed", persisted=True))
    declarable: Mapped[int] = mapped_column(
        Computed("approved - employed - qualified_not_employed", persisted=True)
    )


class FormNote(Base):
    """Why a cell was returned, and by whom."""

    __tablename__ = "annual_form_note"
    __table_args__ = (
        CheckConstraint(one_of("cell", Cell), name="a2_cell"),
        CheckConstraint(one_of("level", TitleLevel), name="a2_level"),
        CheckConstraint("length(btrim(reason)) > 0", name="3_1_reason_given"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(Identity(always=True))
    form_id: Mapped[UUID] = mapped_column(ForeignKey("annual_form.id", ondelete="CASCADE"), index=True)
    level: Mapped[str] = mapped_column(String(20))
    cell: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class FormExit(Base):
    """A proven exit that the form rests on, as it stood when the form was submitted (附件2 说明3)."""

    __tablename__ = "form_exit"
    __table_args__ = (CheckConstraint(one_of("level", TitleLevel), name="level"),)

    form_id: Mapped[UUID] = mapped_column(ForeignKey("annual_form.id", ondelete="CASCADE"), primary_key=True)
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    post: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(400))
    left_on: Mapped[date]
    document: Mapped[str] = mapped_column(String(200))
