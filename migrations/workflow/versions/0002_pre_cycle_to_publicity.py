"""Cycle, specialty, arrangement, criteria, committee, expert, publicity, objection, plan, recommendation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.kit.migrations import append_only

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    create_cycle()
    create_specialty()
    create_arrangement()
    create_criteria()
    create_committee()
    create_expert()
    create_publicity()
    create_publicity_end()
    create_objection()
    create_recommendation_plan()
    create_recommendation()
    append_only(op, "publicity", "workflow")
    append_only(op, "publicity_end", "workflow")


def keyed() -> list[sa.Column]:
    """Columns of every aggregate."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ]


def versioned() -> list[sa.Column]:
    """Columns of every aggregate that changes."""
    return [*keyed(), sa.Column("version", sa.Integer(), server_default="1", nullable=False)]


def create_cycle() -> None:
    """Create it."""
    op.create_table(
        "cycle",
        *versioned(),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(60), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("windows", postgresql.JSONB(), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cycle"),
        sa.UniqueConstraint("province", "year", name="uq_cycle_province_year"),
    )


def create_specialty() -> None:
    """Create it."""
    op.create_table(
        "specialty",
        *versioned(),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("region_code", sa.String(12), nullable=True),
        sa.Column("industry", sa.String(40), nullable=True),
        sa.Column("featured", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_specialty"),
    )
    op.create_index(
        "uq_specialty_name",
        "specialty",
        ["province", "series", "name", sa.literal_column("coalesce(region_code, '')")],
        unique=True,
    )


def create_arrangement() -> None:
    """Create it."""
    op.create_table(
        "arrangement",
        *versioned(),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_arrangement_cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_arrangement"),
    )
    op.create_index("ix_arrangement_cycle_series", "arrangement", ["cycle_id", "series"])


def create_criteria() -> None:
    """Create it."""
    op.create_table(
        "criteria",
        *versioned(),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("specialty_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.String(24), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("documents", postgresql.JSONB(), nullable=False),
        sa.Column("gates", postgresql.JSONB(), nullable=False),
        sa.Column("menus", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(["specialty_id"], ["specialty.id"], name="fk_criteria_specialty_id"),
        sa.PrimaryKeyConstraint("id", name="pk_criteria"),
    )
    op.create_index("ix_criteria_in_force", "criteria", ["series", "level", "state", "effective_from"])
    op.create_index(
        "uq_criteria_edition",
        "criteria",
        [
            "province",
            "series",
            "level",
            sa.literal_column("coalesce(specialty_id, '00000000-0000-0000-0000-000000000000')"),
            "edition",
        ],
        unique=True,
    )


def create_committee() -> None:
    """Create it."""
    op.create_table(
        "committee",
        *versioned(),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("specialty_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("levels", postgresql.ARRAY(sa.String(24)), nullable=False),
        sa.Column("region_code", sa.String(12), nullable=True),
        sa.Column("serves_id", sa.Uuid(), nullable=False),
        sa.Column("serves_line", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("delegation", sa.String(40), nullable=True),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_committee_cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_committee"),
        sa.UniqueConstraint("cycle_id", "name", name="uq_committee_cycle_id_name"),
    )
    op.create_index("ix_committee_competent", "committee", ["cycle_id", "series", "state"])


def create_expert() -> None:
    """Create it."""
    op.create_table(
        "expert",
        *versioned(),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("specialty_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("title_level", sa.String(24), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_expert"),
        sa.UniqueConstraint("account_id", "series", name="uq_expert_account_id_series"),
    )
    op.create_index("ix_expert_pool", "expert", ["series", "valid_until"])


def create_publicity() -> None:
    """Create it."""
    op.create_table(
        "publicity",
        *keyed(),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(), nullable=False),
        sa.Column("concerned", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_publicity_cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_publicity"),
        sa.UniqueConstraint("kind", "subject_id", "round", name="uq_publicity_kind_subject_id_round"),
    )
    op.create_index("ix_publicity_lineage", "publicity", ["lineage"], postgresql_using="gin")


def create_publicity_end() -> None:
    """Create it."""
    op.create_table(
        "publicity_end",
        sa.Column("publicity_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["publicity_id"], ["publicity.id"], name="fk_publicity_end_publicity_id"),
        sa.PrimaryKeyConstraint("publicity_id", name="pk_publicity_end"),
    )


def create_objection() -> None:
    """Create it."""
    op.create_table(
        "objection",
        *versioned(),
        sa.Column("publicity_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(["publicity_id"], ["publicity.id"], name="fk_objection_publicity_id"),
        sa.PrimaryKeyConstraint("id", name="pk_objection"),
    )
    op.create_index("ix_objection_publicity", "objection", ["publicity_id", "state"])


def create_recommendation_plan() -> None:
    """Create it."""
    op.create_table(
        "recommendation_plan",
        *versioned(),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("policy_text", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("posts", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_recommendation_plan_cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation_plan"),
        sa.UniqueConstraint("unit_id", "cycle_id", name="uq_recommendation_plan_unit_id_cycle_id"),
    )
    op.create_index(
        "ix_recommendation_plan_lineage", "recommendation_plan", ["lineage"], postgresql_using="gin"
    )


def create_recommendation() -> None:
    """Create it."""
    op.create_table(
        "recommendation",
        *versioned(),
        sa.Column("place", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.String(120), nullable=False),
        sa.Column("person_kind", sa.String(24), nullable=False),
        sa.Column("unit_nature", sa.String(40), nullable=True),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("specialty_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.String(24), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("publicity_id", sa.Uuid(), nullable=True),
        sa.Column("path", postgresql.JSONB(), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_recommendation_cycle_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["recommendation_plan.id"], name="fk_recommendation_plan_id"),
        sa.ForeignKeyConstraint(["publicity_id"], ["publicity.id"], name="fk_recommendation_publicity_id"),
        sa.ForeignKeyConstraint(["specialty_id"], ["specialty.id"], name="fk_recommendation_specialty_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation"),
        sa.UniqueConstraint("place", name="uq_recommendation_place"),
    )
    op.create_index("ix_recommendation_lineage", "recommendation", ["lineage"], postgresql_using="gin")
    op.create_index(
        "uq_recommendation_live",
        "recommendation",
        ["person_id", "cycle_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'WITHDRAWN'"),
    )
