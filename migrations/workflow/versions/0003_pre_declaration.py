"""Declaration, choice of committee, material, openings, verdicts, returns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.kit.migrations import append_only

revision = "0003"
down_revision = "0002"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.execute(sa.schema.CreateSequence(sa.Sequence("declaration_number")))
    create_declaration()
    create_declaration_indexes()
    create_committee_choice()
    create_material()
    create_material_opening()
    create_material_verdict()
    create_review_return()
    append_only(op, "committee_choice", "workflow")
    append_only(op, "material_opening", "workflow")
    append_only(op, "review_return", "workflow")


def keyed() -> list[sa.Column]:
    """Columns of every aggregate."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
    ]


def references(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    """Foreign keys of a table: column and the table it points to."""
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")
        for column, target in targets.items()
    ]


def create_declaration() -> None:
    """Create it."""
    op.create_table(
        "declaration",
        *keyed(),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *applicant(),
        *progress(),
        sa.PrimaryKeyConstraint("id", name="pk_declaration"),
        sa.UniqueConstraint("number", name="uq_declaration_number"),
        *references(
            "declaration",
            cycle_id="cycle",
            recommendation_id="recommendation",
            specialty_id="specialty",
            criteria_id="criteria",
            committee_id="committee",
        ),
    )


def applicant() -> list[sa.Column]:
    """Who declares what, as recommended."""
    return [
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(60), nullable=False),
        sa.Column("recommendation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.String(120), nullable=False),
        sa.Column("person_kind", sa.String(24), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_nature", sa.String(40)),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("specialty_id", sa.Uuid()),
        sa.Column("level", sa.String(24), nullable=False),
    ]


def progress() -> list[sa.Column]:
    """Where it goes, where it is, and what it holds."""
    return [
        sa.Column("criteria_id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("chain", postgresql.JSONB(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at_organisation_id", sa.Uuid()),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("returned", postgresql.JSONB(), nullable=False),
        sa.Column("touched", postgresql.ARRAY(sa.String(60)), nullable=False),
        sa.Column("submitted_at", INSTANT),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
    ]


def create_declaration_indexes() -> None:
    """Create them."""
    op.create_index(
        "uq_declaration_live",
        "declaration",
        ["person_id", "cycle_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'WITHDRAWN'"),
    )
    op.create_index(
        "ix_declaration_awaiting",
        "declaration",
        ["at_organisation_id", "id"],
        postgresql_where=sa.text("state in ('UNDER_REVIEW', 'AT_COMMITTEE_OFFICE')"),
    )
    op.create_index("ix_declaration_committee", "declaration", ["committee_id", "cycle_id", "state"])
    op.create_index("ix_declaration_office", "declaration", ["office_id", "id"])
    op.create_index("ix_declaration_lineage", "declaration", ["lineage"], postgresql_using="gin")
    op.create_index("ix_declaration_recommendation_id", "declaration", ["recommendation_id"])


def create_committee_choice() -> None:
    """Create it."""
    op.create_table(
        "committee_choice",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("level", sa.String(24), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint(
            "cycle_id", "unit_id", "series", "level", "committee_id", name="pk_committee_choice"
        ),
        *references("committee_choice", cycle_id="cycle", committee_id="committee"),
    )


def create_material() -> None:
    """Create it."""
    op.create_table(
        "material",
        *keyed(),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("obtained_on", sa.Date()),
        sa.Column("replaces_id", sa.Uuid()),
        sa.Column("media_type", sa.String(80)),
        sa.Column("size", sa.BigInteger()),
        sa.Column("sha256", sa.LargeBinary()),
        sa.Column("storage_key", sa.String(200)),
        sa.Column("stored_at", INSTANT),
        sa.Column("replaced_at", INSTANT),
        sa.Column("removed_at", INSTANT),
        sa.Column("questioned_turn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_material"),
        *references("material", declaration_id="declaration", replaces_id="material"),
    )
    op.create_index("ix_material_declaration", "material", ["declaration_id", "id"])
    op.create_index("ix_material_sha256", "material", ["sha256"])


def create_material_opening() -> None:
    """Create it."""
    op.create_table(
        "material_opening",
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint(
            "material_id", "organisation_id", "account_id", "turn", name="pk_material_opening"
        ),
        *references("material_opening", material_id="material", declaration_id="declaration"),
    )
    op.create_index("ix_material_opening_declaration", "material_opening", ["declaration_id", "account_id"])


def create_material_verdict() -> None:
    """Create it."""
    op.create_table(
        "material_verdict",
        *keyed(),
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_name", sa.String(120), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("judged_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_material_verdict"),
        sa.UniqueConstraint(
            "material_id",
            "organisation_id",
            "account_id",
            "turn",
            name="uq_material_verdict_material_id_organisation_id_account_id_turn",
        ),
        *references("material_verdict", material_id="material", declaration_id="declaration"),
    )
    op.create_index("ix_material_verdict_declaration", "material_verdict", ["declaration_id"])


def create_review_return() -> None:
    """Create it."""
    op.create_table(
        "review_return",
        *keyed(),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("from_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("to_organisation_id", sa.Uuid()),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_name", sa.String(120), nullable=False),
        sa.Column("items", postgresql.JSONB(), nullable=False),
        sa.Column("returned_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_return"),
        *references("review_return", declaration_id="declaration"),
    )
    op.create_index("ix_review_return_declaration", "review_return", ["declaration_id", "id"])
