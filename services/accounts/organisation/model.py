"""Rows of organisations."""

from datetime import date
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    Uuid,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.kit.db import Keyed, Versioned
from services.kit.ids import new_id

NAME_KEY = "name_key(name)"
"""What two spellings of a name share; kept, for a search compares it with every row that may match."""
BELOW_AS = "(parent_id::text || '/') || name::text"
PLACE = literal_column(BELOW_AS, String)
"""Where an organisation without a code is: below whom, under which name. An index of this alone finds it, whatever else
lies below its superior or bears its name."""


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
        CheckConstraint("(state = 'MERGED') = (successor_id is not null)", name="merged_has_a_successor"),
        CheckConstraint("parent_id is not null or state = 'ACTIVE'", name="a3_2_1_root_stays"),
        Index("ix_organisation_parent_id_id", "parent_id", "id"),
        Index("ix_organisation_kind_id", "kind", "id"),
        Index("ix_organisation_region_code_id", "region_code", "id"),
        Index("ix_organisation_uscc_begins", "uscc", postgresql_ops={"uscc": "varchar_pattern_ops"}),
        Index("ix_organisation_name", "name"),
        Index("ix_organisation_place", text(f"({BELOW_AS})")),
        Index("ix_organisation_grams", func.name_grams(text("name")), postgresql_using="gin"),
    )

    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(Text, Computed(NAME_KEY, persisted=True), deferred=True)
    kind: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(20))
    nature: Mapped[str | None] = mapped_column(String(40))
    industry: Mapped[str | None] = mapped_column(String(40))
    region_code: Mapped[str] = mapped_column(String(6))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    uscc: Mapped[str | None] = mapped_column(String(18), unique=True)
    single_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    address: Mapped[str | None] = mapped_column(String(200))
    postcode: Mapped[str | None] = mapped_column(String(6))
    telephone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(120))
    person_in_charge_id: Mapped[UUID | None]


class FormerName(Base):
    """A name that an organisation had; `since` is empty where it had it from the beginning."""

    __tablename__ = "organisation_name"
    __table_args__ = (
        Index("ix_organisation_name_grams", func.name_grams(text("name")), postgresql_using="gin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(Text, Computed(NAME_KEY, persisted=True), deferred=True)
    since: Mapped[date | None]
    until: Mapped[date]


def _closure(table: str) -> Table:
    ids = (Column(name, Uuid, primary_key=True) for name in ("ancestor_id", "descendant_id"))
    return Table(f"{table}_closure", Base.metadata, *ids)


ORGANISATIONS_BELOW = _closure("organisation")
"""Every organisation by each one of its lineage, itself included. Triggers keep it: whoever writes a lineage writes this."""

PEOPLE_BELOW = _closure("person")
"""Every person by each organisation of the lineage, kept alike."""
