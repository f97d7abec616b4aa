"""A meeting has a key: of it the draw's seed and the pseudonyms of its published pool are made.

What was prepared before has none, and its draw names experts as it was committed to: by their ids. Hearings are found by
the declaration they are for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Add the key and the index."""
    op.add_column("meeting", sa.Column("key", sa.LargeBinary))
    op.create_index("ix_meeting_hearing_declaration", "meeting_hearing", ["declaration_id"])


def downgrade() -> None:
    """Take both away."""
    op.drop_index("ix_meeting_hearing_declaration", "meeting_hearing")
    op.drop_column("meeting", "key")
