"""What an import looks up has an index of its own, which no figures of the planner's can turn it from.

Organisations are found by name, and those without a code by superior and name. The rows of a file are found by their
numbers alone: an import reads once which of them are named as superiors.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_organisation_name", "organisation", ["name"])
    place = sa.text("((parent_id::text || '/') || name::text)")
    op.create_index("ix_organisation_place", "organisation", [place])
    op.drop_index("ix_intake_row_name", "intake_row")
    op.drop_index("ix_intake_row_uscc", "intake_row")
