"""Lists of entitled people, and who was put on them or taken off."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.kit.migrations import append_only

revision = "0017"
down_revision = "0016"

LIST, ENTRY = "entitlement_list", "entitlement_entry"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        LIST,
        *_keyed(),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("cycle_id", sa.Uuid(), sa.ForeignKey("cycle.id"), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("document_number", sa.String(80), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.UniqueConstraint(
            *("cycle_id", "organisation_id", "document_number"),
            name=f"uq_{LIST}_cycle_id_organisation_id_document_number",
        ),
        sa.CheckConstraint(
            "(state = 'PUBLISHED') = (published_at is not null)", name=op.f(f"ck_{LIST}_2_4_2_published")
        ),
    )
    op.create_table(
        ENTRY,
        *_keyed(),
        sa.Column("list_id", sa.Uuid(), sa.ForeignKey(f"{LIST}.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.String(120), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("action in ('ADD', 'REMOVE')", name=op.f(f"ck_{ENTRY}_2_4_2_action")),
    )
    op.create_index(f"ix_{ENTRY}_list", ENTRY, ["list_id", "id"])
    op.create_index(f"ix_{ENTRY}_person", ENTRY, ["person_id", "list_id", "id"])
    append_only(op, ENTRY, "workflow")


def _keyed() -> Sequence[sa.Column[object]]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
