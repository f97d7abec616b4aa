"""Rows of relations on record and of requests for avoidance."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base


class Relation(Keyed, Versioned, Base):
    """What ties an expert to somebody, whatever series he or she is in the pool of.

    Whom it is to is an account, a person or a declaration; of a declaration its account and person are kept as well,
    so that the relation counts in later years. `lineage` are the organisations whose office reads it, and those above;
    `origin` is where an office knows it from.
    """

    __tablename__ = "expert_relation"
    __table_args__ = (
        Index(
            "ix_expert_relation_on_record", "expert_account_id", postgresql_where=text("state = 'ON_RECORD'")
        ),
        Index("ix_expert_relation_recorded_by", "recorded_by", "id"),
        Index("ix_expert_relation_lineage", "lineage", postgresql_using="gin"),
        CheckConstraint("num_nonnulls(account_id, person_id, declaration_id) > 0", name="3_3_1_to_somebody"),
        CheckConstraint("(source = 'OFFICE') = (origin is not null)", name="3_3_1_an_office_says_from_where"),
    )

    expert_account_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(24))
    account_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    declaration_id: Mapped[UUID | None] = mapped_column(ForeignKey("declaration.id"))
    note: Mapped[str] = mapped_column(Text)
    origin: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[UUID]
    recorded_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(24))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class AvoidanceRequest(Keyed, Versioned, Base):
    """Whom an applicant wants kept out of the review of a declaration: an expert's id, or a name and where that one works.

    Nothing refers to the pool: whoever asks does not learn who is in it.
    """

    __tablename__ = "avoidance_request"
    __table_args__ = (
        Index("ix_avoidance_request_declaration", "declaration_id", "id"),
        Index("ix_avoidance_request_account", "account_id", "id"),
        CheckConstraint(
            "(expert_id is null) = (expert_name is not null)"
            " and (expert_name is null) = (organisation_id is null)",
            name="3_3_1_names_somebody",
        ),
    )

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    account_id: Mapped[UUID]
    expert_id: Mapped[UUID | None]
    expert_name: Mapped[str | None] = mapped_column(String(160))
    organisation_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text)
    lodged_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(24))
    decision: Mapped[str | None] = mapped_column(Text)
    decided_on: Mapped[date | None]
