"""Days that somebody is reminded of, and the last days of the windows of the years' runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"

REMINDER, WINDOW = "reminder", "season_window"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        REMINDER,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("next_on", sa.Date()),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("year", sa.Integer()),
        sa.Column("window", sa.String(40)),
        sa.UniqueConstraint("rule", "about", name=f"uq_{REMINDER}_rule_about"),
    )
    op.create_index(
        f"ix_{REMINDER}_next",
        REMINDER,
        ["next_on", "rule", "bundle", "due_on", "id"],
        postgresql_where=sa.text("next_on is not null"),
    )
    op.create_index(
        f"ix_{REMINDER}_window", REMINDER, ["year", "window"], postgresql_where=sa.text("ended_at is null")
    )
    op.create_table(
        WINDOW,
        sa.Column("province", sa.String(32), primary_key=True),
        sa.Column("year", sa.Integer(), primary_key=True),
        sa.Column("window", sa.String(40), primary_key=True),
        sa.Column("closes", sa.Date(), nullable=False),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table(WINDOW)
    op.drop_table(REMINDER)
