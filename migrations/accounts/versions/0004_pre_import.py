"""Imports of organisations and people from spreadsheets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply."""
    create_intake()
    create_intake_work()
    create_intake_row()


def create_intake() -> None:
    """The imports."""
    op.create_table(
        "intake",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("accepted", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("refused", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("created", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failure", sa.String(60)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("codes_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_intake"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_intake_organisation_id"),
        sa.CheckConstraint("accepted + refused <= rows", name="ck_intake_counts_are_of_rows"),
    )
    op.create_index("ix_intake_organisation_id_id", "intake", ["organisation_id", "id"])
    op.create_index(
        "ix_intake_at_work", "intake", ["id"], postgresql_where=sa.text("state in ('CHECKING', 'APPLYING')")
    )


def create_intake_work() -> None:
    """Leases and progress, apart from the rows that an import locks."""
    op.create_table(
        "intake_work",
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("lease", sa.Uuid()),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cursor", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("done", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("intake_id", name="pk_intake_work"),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake.id"], name="fk_intake_work_intake_id", ondelete="CASCADE"
        ),
    )


def create_intake_row() -> None:
    """The rows of files: cells sealed, keys by which rows find each other in the open."""
    op.create_table(
        "intake_row",
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("cells", sa.LargeBinary()),
        sa.Column("name", sa.String(400)),
        sa.Column("uscc", sa.String(400)),
        sa.Column("login", sa.String(400)),
        sa.Column("parent", sa.String(400)),
        sa.Column("parent_id", sa.Uuid()),
        sa.Column("parent_row", sa.Integer()),
        sa.Column("same", sa.String(400)),
        sa.Column("depth", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("refusals", postgresql.JSONB()),
        sa.Column("subject_id", sa.Uuid()),
        sa.Column("code", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("intake_id", "row_no", name="pk_intake_row"),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake.id"], name="fk_intake_row_intake_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_intake_row_name", "intake_row", ["intake_id", "name"])
    op.create_index("ix_intake_row_uscc", "intake_row", ["intake_id", "uscc"])
    accepted, refused = sa.text("refusals is null"), sa.text("refusals is not null")
    op.create_index(
        "ix_intake_row_depth", "intake_row", ["intake_id", "depth", "row_no"], postgresql_where=accepted
    )
    op.create_index("ix_intake_row_refused", "intake_row", ["intake_id", "row_no"], postgresql_where=refused)
