"""A later ranked list says why it changes the order; a pass mark is corrected by another document."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Apply."""
    op.add_column("ranked_person", sa.Column("change_reason", sa.Text()))
    table, of = "pass_mark", ["cycle_id", "series", "level"]
    op.add_column(table, sa.Column("no", sa.Integer(), server_default="1", nullable=False))
    op.drop_constraint(f"uq_{table}_cycle_id_series_level", table)
    op.create_unique_constraint(f"uq_{table}_cycle_id_series_level_no", table, [*of, "no"])
    by_document = f"uq_{table}_cycle_id_series_level_document_number"
    op.create_unique_constraint(by_document, table, [*of, "document_number"])
