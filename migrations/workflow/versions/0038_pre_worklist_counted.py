"""How much waits at a body is counted in the index alone, which holds all that the counts ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
UNUSED = "until the first release no table of declarations is in use"
ARGUED = {"require-concurrent-index-creation": UNUSED, "require-concurrent-index-deletion": UNUSED}

NAME, TABLE = "ix_declaration_due", "declaration"
NEAR = ["at_organisation_id", "due_on", "id"]
COUNTED_BY = ["state", "policy", "claimed_by", "claimed_until", "account_id", "person_id"]
IN_REVIEW = sa.text("state in ('UNDER_REVIEW', 'AT_COMMITTEE_OFFICE')")


def upgrade() -> None:
    """Apply."""
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, NEAR, postgresql_include=COUNTED_BY, postgresql_where=IN_REVIEW)


def downgrade() -> None:
    """Take back."""
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, NEAR, postgresql_where=IN_REVIEW)
