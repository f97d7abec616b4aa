"""Rows of declarations, and of the committee that a unit's declarations of one series and level go to."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Sequence, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.quota.contract import PostPool
from services.workflow.base import Base
from services.workflow.route.states import NORMAL

NUMBERS = Sequence("declaration_number", metadata=Base.metadata)
"""Where numbers come from: never twice, not without gaps."""


class Declaration(Keyed, Versioned, Base):
    """One person's declaration in one cycle, with the facts of the person as the unit recommended him or her.

    Who declares directly (二（二）2) has no unit and no recommendation. `pool` is that of the recommendation: where a title
    from targeted posts is valid follows from it (一（四）1). `route` is a code of the year's routes, `batch_id` the region's batch that it is
    in, where the route has batches (一（四）2). `aid` is the posting of an aid-Qinghai talent as it
    was when the unit recommended (二（四）1). `path` is the line of organisations from the root
    to the department, unit or county it was begun at: [{id, name, kind, level}]; `lineage` are the ids of those that may
    read it. `ground_ended_at` tells since when a draft's recommendation, or county, is no longer the person's.
    `chain` are the reviewing organisations, nearest first: [{id, name, kind, level}]; `position` is the one that has it
    (-1 with the applicant, the chain's length at the committee's office). `turn` counts how often it changed hands,
    `round` how often it was submitted. `returned` is what the applicant or the level below has to look at again:
    [{item, reason}]; `unfinished` are sections as they were saved last while they are not well formed; `touched` are the
    items mended since. `strict_reason` tells why two persons look at it at each level (三（二）), a code of the policy.
    `due_on` is the last day of who reviews it now, `escalated_on` when its being over was told above. `claimed_by` has
    it in hand until `claimed_until`.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        Index(
            "uq_declaration_live",
            "person_id",
            "cycle_id",
            unique=True,
            postgresql_where=text("state not in ('WITHDRAWN', 'LAPSED', 'DISQUALIFIED')"),
        ),
        ForeignKeyConstraint(
            ["batch_id", "cycle_id", "route"],
            ["batch.id", "batch.cycle_id", "batch.route"],
            name="fk_declaration_batch",
        ),
        CheckConstraint("(recommendation_id is null) = (unit_id is null)", name="2_2_2_unit_recommends"),
        CheckConstraint("pool in ('GENERAL', 'TARGETED')", name="1_4_1_pool"),
        Index(
            "ix_declaration_awaiting",
            "at_organisation_id",
            "id",
            postgresql_where=text("state in ('UNDER_REVIEW', 'AT_COMMITTEE_OFFICE')"),
        ),
        Index(
            "ix_declaration_unfinished",
            "cycle_id",
            "id",
            postgresql_where=text("state in ('DRAFT', 'RETURNED', 'UNDER_REVIEW', 'AT_COMMITTEE_OFFICE')"),
        ),
        Index(
            "ix_declaration_with_committee",
            "cycle_id",
            postgresql_where=text("state in ('ACCEPTED', 'IN_MEETING', 'PASSED', 'IN_RESULT_PUBLICITY')"),
        ),
        Index(
            "ix_declaration_due",
            "at_organisation_id",
            "due_on",
            "id",
            postgresql_include=["state", "policy", "claimed_by", "claimed_until", "account_id", "person_id"],
            postgresql_where=text("state in ('UNDER_REVIEW', 'AT_COMMITTEE_OFFICE')"),
        ),
        Index(
            "ix_declaration_overdue",
            "due_on",
            "id",
            postgresql_where=text("escalated_on is null and due_on is not null"),
        ),
        Index("ix_declaration_committee", "committee_id", "cycle_id", "state"),
        Index("ix_declaration_office", "office_id", "id"),
        Index("ix_declaration_office_cycle", "office_id", "cycle_id", "id"),
        Index("ix_declaration_cycle", "cycle_id", "id"),
        Index("ix_declaration_batch", "batch_id", "id", postgresql_where=text("batch_id is not null")),
        Index("ix_declaration_unit", "unit_id", "id"),
        Index("ix_declaration_person", "person_id", "id"),
        Index("ix_declaration_lineage", "lineage", postgresql_using="gin"),
    )

    number: Mapped[str] = mapped_column(String(40), unique=True)
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    year: Mapped[int]
    policy: Mapped[str] = mapped_column(String(60))
    recommendation_id: Mapped[UUID | None] = mapped_column(ForeignKey("recommendation.id"), index=True)
    person_id: Mapped[UUID]
    account_id: Mapped[UUID]
    person_name: Mapped[str] = mapped_column(String(120))
    person_kind: Mapped[str] = mapped_column(String(24))
    unit_id: Mapped[UUID | None]
    unit_nature: Mapped[str | None] = mapped_column(String(40))
    series: Mapped[str] = mapped_column(String(40))
    specialty_id: Mapped[UUID | None] = mapped_column(ForeignKey("specialty.id"))
    level: Mapped[str] = mapped_column(String(24))
    pool: Mapped[str] = mapped_column(String(20), default=PostPool.GENERAL, server_default=PostPool.GENERAL)
    strict_reason: Mapped[str | None] = mapped_column(String(40))
    route: Mapped[str] = mapped_column(String(40), default=NORMAL, server_default=NORMAL)
    batch_id: Mapped[UUID | None]
    aid: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    criteria_id: Mapped[UUID] = mapped_column(ForeignKey("criteria.id"))
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"))
    office_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(24))
    chain: Mapped[list[dict[str, Any]]]
    position: Mapped[int]
    at_organisation_id: Mapped[UUID | None]
    turn: Mapped[int]
    round: Mapped[int]
    content: Mapped[dict[str, Any]]
    unfinished: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    returned: Mapped[list[dict[str, Any]]]
    touched: Mapped[list[str]] = mapped_column(ARRAY(String(60)))
    submitted_at: Mapped[datetime | None]
    moved_at: Mapped[datetime]
    ground_ended_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    escalated_on: Mapped[date | None]
    claimed_by: Mapped[UUID | None]
    claimed_by_name: Mapped[str | None] = mapped_column(String(120))
    claimed_until: Mapped[datetime | None]
    path: Mapped[list[dict[str, Any]]] = mapped_column(server_default=text("'[]'::jsonb"))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))

    @property
    def unit_name(self) -> str | None:
        """What the unit that recommended is called; None where none did."""
        return next((node["name"] for node in self.path if node["id"] == str(self.unit_id)), None)


class DeclarationRound(Base):
    """A declaration as it was submitted, once for each round (append-only); `materials` are [{id, item, title, sha256}]."""

    __tablename__ = "declaration_round"

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    materials: Mapped[list[dict[str, Any]]]
    submitted_at: Mapped[datetime]


class CommitteeChoice(Base):
    """The committee a unit's declarations of one series and level go to, fixed by the first of them (二（五）4)."""

    __tablename__ = "committee_choice"

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    level: Mapped[str] = mapped_column(String(24), primary_key=True)
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"), primary_key=True)
    declaration_id: Mapped[UUID]
    chosen_at: Mapped[datetime]
