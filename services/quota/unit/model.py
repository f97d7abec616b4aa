"""Cards of units as rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.contract import OrganisationNature
from services.quota.base import Base, one_of
from services.quota.ratio.states import UnitLevel


class UnitCard(Base):
    """What accounts told of a unit; `stale` once it may be told otherwise, until it is asked again."""

    __tablename__ = "unit_card"
    __table_args__ = (
        CheckConstraint(one_of("level", UnitLevel), name="a1_level"),
        CheckConstraint(one_of("nature", OrganisationNature), name="nature"),
        CheckConstraint("lineage[cardinality(lineage)] = unit_id", name="lineage_ends_at_unit"),
        Index("ix_unit_card_lineage", "lineage", postgresql_using="gin"),
        Index("ix_unit_card_authority_id", "authority_id"),
        Index("ix_unit_card_stale", "unit_id", postgresql_where=text("stale")),
    )

    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    region_code: Mapped[str] = mapped_column(String(6))
    level: Mapped[str] = mapped_column(String(20))
    nature: Mapped[str | None] = mapped_column(String(40))
    industry: Mapped[str | None] = mapped_column(String(40))
    in_use: Mapped[bool]
    """Whether the organisation is there still: neither closed nor gone into another."""
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    authority_id: Mapped[UUID | None]
    authority_name: Mapped[str | None] = mapped_column(String(120))
    hrss_id: Mapped[UUID | None]
    stale: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
