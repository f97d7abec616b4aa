"""Lists of accounts and of people: who has an account at an organisation, and people by name, kind and state."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply; a longer index takes the place of each that it begins with."""
    op.create_index("ix_account_organisation_id_id", "account", ["organisation_id", "id"])
    op.drop_index("ix_account_organisation_id", "account")
    op.create_index(
        "ix_role_grant_organisation_id_account_id", "role_grant", ["organisation_id", "account_id"]
    )
    op.create_index(
        "ix_role_grant_organisation_id_role_account_id",
        "role_grant",
        ["organisation_id", "role", "account_id"],
    )
    op.drop_index("ix_role_grant_organisation_id_role", "role_grant")
    op.create_index(
        "ix_role_offer_organisation_id_account_id", "role_offer", ["organisation_id", "account_id"]
    )
    op.create_index("ix_person_grams", "person", [sa.text("name_grams(name)")], postgresql_using="gin")
    op.create_index("ix_person_kind_id", "person", ["kind", "id"])
    op.create_index("ix_person_state_id", "person", ["state", "id"])
