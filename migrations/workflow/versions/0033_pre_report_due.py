"""By when a report is to be taken up or decided on, and when its being late was told above."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


REPORT, LATE = "report", "ix_report_overdue"


def upgrade() -> None:
    """Apply."""
    op.add_column(REPORT, sa.Column("due_on", sa.Date()))
    op.add_column(REPORT, sa.Column("escalated_on", sa.Date()))
    untold = sa.text("escalated_on is null and due_on is not null")
    op.create_index(LATE, REPORT, ["id"], postgresql_where=untold)


def downgrade() -> None:
    """Take back."""
    op.drop_index(LATE, REPORT)
    op.drop_column(REPORT, "escalated_on")
    op.drop_column(REPORT, "due_on")
