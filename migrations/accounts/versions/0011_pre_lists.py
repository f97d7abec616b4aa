"""Lists of accounts and of people: who has an account at an organisation, and people by name, kind and state.

A person's name is short: its characters, in any order, leave few to compare. To write them costs a fraction of what the
pairs of an organisation's name cost, and people come by the hundred thousand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

NAME_CHARACTERS = r"""
create function name_characters(name text) returns text[] language sql immutable strict parallel safe as $$
    select string_to_array(lower(regexp_replace(normalize(name, NFKC), '\s', '', 'g')), null)
$$"""
"""The characters of a name's key. One expression, which a plan takes as it is: it costs what its parts cost."""


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
    op.execute(NAME_CHARACTERS)
    op.create_index(
        "ix_person_characters", "person", [sa.text("name_characters(name)")], postgresql_using="gin"
    )
    op.create_index("ix_person_kind_id", "person", ["kind", "id"])
    op.create_index("ix_person_state_id", "person", ["state", "id"])
