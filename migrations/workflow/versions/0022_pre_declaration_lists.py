"""Lists of declarations of a cycle, an office, a unit or a person are found by an index, newest first."""

from alembic import op

revision = "0022"
down_revision = "0021"

TABLE = "declaration"


def upgrade() -> None:
    """Apply."""
    for name in ("cycle", "unit", "person"):
        op.create_index(f"ix_{TABLE}_{name}", TABLE, [f"{name}_id", "id"])
    op.create_index(f"ix_{TABLE}_office_cycle", TABLE, ["office_id", "cycle_id", "id"])
