"""By when a case of misconduct is acted on, who investigates it, and when its being late was told; whom it is about may come later."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

CASE, RECORD = "integrity_case", "integrity_record"
LATE, CONCERNED = f"ix_{CASE}_overdue", f"ck_{CASE}_1_8_concerned"
NEW = (
    ("number", sa.String(160)),
    ("number_key", sa.Text()),
    ("holder_name", sa.String(160)),
    ("handler_id", sa.Uuid()),
    ("due_on", sa.Date()),
    ("escalated_on", sa.Date()),
)


def upgrade() -> None:
    """Apply."""
    for name, kind in NEW:
        op.add_column(CASE, sa.Column(name, kind))
    untold = sa.text("escalated_on is null and due_on is not null")
    op.create_index(LATE, CASE, ["id"], postgresql_where=untold)
    op.alter_column(CASE, "person_id", nullable=True)
    op.alter_column(CASE, "person_name", nullable=True)
    op.alter_column(RECORD, "person_id", nullable=True)
    known = "num_nonnulls(person_id, certificate_id) > 0 or state in ('RECEIVED', 'NOT_TAKEN_UP')"
    op.create_check_constraint(op.f(CONCERNED), CASE, known)


def downgrade() -> None:
    """Take back."""
    op.drop_constraint(op.f(CONCERNED), CASE)
    op.alter_column(RECORD, "person_id", nullable=False)
    op.alter_column(CASE, "person_name", nullable=False)
    op.alter_column(CASE, "person_id", nullable=False)
    op.drop_index(LATE, CASE)
    for name, _ in reversed(NEW):
        op.drop_column(CASE, name)
