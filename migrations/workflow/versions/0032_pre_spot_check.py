"""Spot checks: what was ordered, the frozen frame that it was drawn from, and the work list."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from services.kit.migrations import append_only

revision = "0032"
down_revision = "0031"

CHECK, FRAME, ITEM = "spot_check", "spot_check_frame", "spot_check_item"


def keyed() -> list[sa.Column]:
    """Columns of every aggregate with states, and where it is read from."""
    return [
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("lineage", ARRAY(sa.Uuid()), nullable=False),
    ]


def upgrade() -> None:
    """Apply."""
    _checks()
    _frames()
    _items()


def _checks() -> None:
    op.create_table(
        CHECK,
        *keyed(),
        sa.Column("cycle_id", sa.Uuid(), sa.ForeignKey("cycle.id"), nullable=False),
        sa.Column("policy", sa.String(60), nullable=False),
        sa.Column("share", sa.Numeric(5, 4), nullable=False),
        sa.Column("document_number", sa.String(80)),
        sa.Column("committee_id", sa.Uuid(), sa.ForeignKey("committee.id")),
        sa.Column("series", sa.String(40)),
        sa.Column("level", sa.String(24)),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("seed_commitment", sa.String(64), nullable=False),
        sa.Column("algorithm", sa.String(60), nullable=False),
        sa.Column("opened_seed", sa.String(64)),
        sa.Column("results", sa.Integer()),
        sa.Column("size", sa.Integer()),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("ordered_by_name", sa.String(120), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True)),
        sa.Column("conclusion", sa.Text()),
        sa.CheckConstraint("share > 0 and share <= 1", name=op.f(f"ck_{CHECK}_3_5_2_share")),
        sa.CheckConstraint(
            "(opened_seed is null) = (state <> 'CLOSED') and (drawn_at is null) = (state in ('ORDERED', 'CANCELLED'))",
            name=op.f(f"ck_{CHECK}_3_5_2_drawn"),
        ),
    )
    op.create_index(f"ix_{CHECK}_lineage", CHECK, ["lineage"], postgresql_using="gin")


def _frames() -> None:
    op.create_table(
        FRAME,
        sa.Column("spot_check_id", sa.Uuid(), sa.ForeignKey(f"{CHECK}.id"), primary_key=True),
        sa.Column("declaration_id", sa.Uuid(), sa.ForeignKey("declaration.id"), primary_key=True),
        sa.Column("committee_id", sa.Uuid(), sa.ForeignKey("committee.id"), nullable=False),
    )
    append_only(op, FRAME, "workflow")


def _items() -> None:
    op.create_table(
        ITEM,
        *keyed(),
        sa.Column("spot_check_id", sa.Uuid(), sa.ForeignKey(f"{CHECK}.id"), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), sa.ForeignKey("declaration.id"), nullable=False),
        sa.Column("committee_id", sa.Uuid(), sa.ForeignKey("committee.id"), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("checker_id", sa.Uuid()),
        sa.Column("checker_name", sa.String(120)),
        sa.Column("verdict", sa.Text()),
        sa.Column("decided_on", sa.Date()),
        sa.Column("finding_id", sa.Uuid(), sa.ForeignKey("review_finding.id")),
        sa.CheckConstraint(
            "(state = 'FOUND') = (finding_id is not null)", name=op.f(f"ck_{ITEM}_3_5_2_found")
        ),
        sa.CheckConstraint(
            "(state = 'WAITING') = (checker_id is null)", name=op.f(f"ck_{ITEM}_3_5_2_checker")
        ),
    )
    op.create_index(f"ix_{ITEM}_check", ITEM, ["spot_check_id", "id"])
    op.create_index(f"ix_{ITEM}_lineage", ITEM, ["lineage"], postgresql_using="gin")
    op.create_index(f"uq_{ITEM}_declaration", ITEM, ["spot_check_id", "declaration_id"], unique=True)
