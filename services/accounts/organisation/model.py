"""Rows of organisations."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.kit.db import Keyed, Versioned


class Organisation(Keyed, Versioned, Base):
    """One organisation; `lineage` runs from the root down to itself, `single_key` keeps a region's only one of a kind.

    The checks restate articles that hold in every year; what a year may change is policy.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint(
            "kind <> 'INTERNAL_DEPARTMENT' or (uscc is null and nature is null)", name="a3_1_department"
        ),
        CheckConstraint("(parent_id is null) = (kind = 'HRSS' and level = 'PROVINCE')", name="a3_2_1_root"),
        CheckConstraint("nature <> 'CENTRAL_UNIT' or level = 'PROVINCE'", name="a3_3_1_central_unit"),
        CheckConstraint(
            "nature not in ('PRIVATE_HOSPITAL', 'PRIVATE_SCHOOL', 'PRIVATE_ENTERPRISE') or level = 'COUNTY'",
            name="a3_3_3_to_5_private_unit",
        ),
        CheckConstraint(
            "nature <> 'TOWNSHIP' or (kind = 'EMPLOYER' and level = 'COUNTY')", name="a3_3_6_township"
        ),
        CheckConstraint("lineage[cardinality(lineage)] = id", name="lineage_ends_with_itself"),
        Index(
            "uq_organisation_a3_2_1_one_root",
            "province",
            unique=True,
            postgresql_where=text("parent_id is null"),
        ),
        Index("ix_organisation_lineage", "lineage", postgresql_using="gin"),
        Index("ix_organisation_parent_id_id", "parent_id", "id"),
    )

    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(20))
    nature: Mapped[str | None] = mapped_column(String(40))
    industry: Mapped[str | None] = mapped_column(String(40))
    region_code: Mapped[str] = mapped_column(String(6), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    uscc: Mapped[str | None] = mapped_column(String(18), unique=True)
    single_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
