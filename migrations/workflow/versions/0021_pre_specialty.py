"""Specialties that are adjusted by another filing: what they were, what they became; a name once on file, once proposed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"

NAMED = ["province", "series", "name", sa.text("coalesce(region_code, '')")]


def upgrade() -> None:
    """Apply."""
    formers = sa.Column("former_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False)
    op.add_column("specialty", formers)
    op.add_column("specialty", sa.Column("successor_id", sa.Uuid()))
    op.create_foreign_key("fk_specialty_successor_id", "specialty", "specialty", ["successor_id"], ["id"])
    op.create_check_constraint(
        op.f("ck_specialty_1_2_adjusted_by_another"),
        "specialty",
        "(state = 'ADJUSTED') = (successor_id is not null)",
    )
    op.drop_index("uq_specialty_name", "specialty")
    usable = sa.text("state in ('FILED', 'WITHDRAWAL_PROPOSED')")
    op.create_index("uq_specialty_name", "specialty", NAMED, unique=True, postgresql_where=usable)
    proposed = sa.text("state = 'PROPOSED'")
    op.create_index("uq_specialty_proposed", "specialty", NAMED, unique=True, postgresql_where=proposed)
