"""Supervision: what is flagged for its pace, on which approvals; findings; reports; and where who approved stood."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from services.kit.migrations import append_only

revision = "0020"
down_revision = "0019"

ON_THE_LINE = """
    update review_endorsement e
    set lineage = d.lineage[1:array_position(d.lineage, e.organisation_id)]
    from declaration d where d.id = e.declaration_id and e.organisation_id = any(d.lineage)
"""
AT_THE_OFFICE = """
    update review_endorsement e
    set lineage = c.lineage[1:array_position(c.lineage, e.organisation_id)]
    from declaration d join committee c on c.id = d.committee_id
    where d.id = e.declaration_id and e.lineage = '{}' and e.organisation_id = any(c.lineage)
"""
"""Where the reviewers of earlier approvals stood: on the declaration's line, or on that of its committee."""


def keyed() -> list[sa.Column]:
    """Columns of every aggregate."""
    return [
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    ]


def upgrade() -> None:
    """Apply."""
    lineage = sa.Column("lineage", ARRAY(sa.Uuid()), server_default=sa.text("'{}'::uuid[]"), nullable=False)
    op.add_column("review_endorsement", lineage)
    op.execute(ON_THE_LINE)
    op.execute(AT_THE_OFFICE)
    op.create_index(
        "ix_review_endorsement_reviewer",
        "review_endorsement",
        ["organisation_id", "account_id", "endorsed_at"],
    )
    op.create_index(
        "ix_review_endorsement_lineage", "review_endorsement", ["lineage"], postgresql_using="gin"
    )
    op.create_index(
        "ix_review_return_reviewer", "review_return", ["from_organisation_id", "account_id", "returned_at"]
    )
    _flags()
    _approvals()
    _findings()
    _reports()


def _flags() -> None:
    op.create_table(
        "review_flag",
        *keyed(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("answering", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("reviewer_name", sa.String(120), nullable=False),
        sa.Column("policy", sa.String(60), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by_name", sa.String(120)),
        sa.Column("lineage", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )
    op.create_index("ix_review_flag_reviewer", "review_flag", ["organisation_id", "account_id", "id"])
    op.create_index("ix_review_flag_lineage", "review_flag", ["lineage"], postgresql_using="gin")


def _approvals() -> None:
    table = "review_flag_approval"
    op.create_table(
        table,
        *keyed(),
        sa.Column("flag_id", sa.Uuid(), sa.ForeignKey("review_flag.id"), nullable=False),
        sa.Column(
            "endorsement_id",
            sa.Uuid(),
            sa.ForeignKey("review_endorsement.id"),
            nullable=False,
        ),
        sa.Column("declaration_id", sa.Uuid(), sa.ForeignKey("declaration.id"), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("grounds", ARRAY(sa.String(24)), nullable=False),
        sa.Column("seconds", sa.Integer()),
        sa.Column("materials", sa.Integer(), nullable=False),
        sa.Column("approvals", sa.Integer(), nullable=False),
        sa.Column("seconds_per_material", sa.Integer(), nullable=False),
        sa.Column("window_minutes", sa.Integer(), nullable=False),
        sa.Column("approvals_in_window", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("endorsement_id", name=f"uq_{table}_endorsement_id"),
    )
    op.create_index(f"ix_{table}_flag", table, ["flag_id", "id"])
    append_only(op, table, "workflow")


def _findings() -> None:
    table = "review_finding"
    op.create_table(
        table,
        *keyed(),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("policy", sa.String(60), nullable=False),
        sa.Column("flag_id", sa.Uuid(), sa.ForeignKey("review_flag.id")),
        sa.Column("declaration_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document_number", sa.String(80), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by_name", sa.String(120), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("decide_by", sa.Date()),
        sa.Column("escalated_on", sa.Date()),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_by", sa.Uuid()),
        sa.Column("answered_by_name", sa.String(120)),
        sa.Column("answered_on", sa.Date()),
        sa.Column("verdict", sa.Text()),
        sa.Column("lineage", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )
    op.create_index(f"ix_{table}_lineage", table, ["lineage"], postgresql_using="gin")
    op.create_index(f"ix_{table}_organisation", table, ["organisation_id", "id"])
    untold = sa.text("state in ('ORDERED', 'ANSWERED') and escalated_on is null")
    op.create_index(f"ix_{table}_untold", table, ["id"], postgresql_where=untold)


def _reports() -> None:
    op.create_table(
        "report",
        *keyed(),
        sa.Column("declaration_id", sa.Uuid(), sa.ForeignKey("declaration.id"), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("identity", sa.LargeBinary()),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_on", sa.Date()),
        sa.Column("lineage", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )
    op.create_index("ix_report_lineage", "report", ["lineage"], postgresql_using="gin")
    holding = sa.text("state in ('CHECKING', 'FOUNDED')")
    op.create_index("ix_report_holding", "report", ["declaration_id"], postgresql_where=holding)
    op.create_index("ix_report_anonymous", "report", ["reported_at"], postgresql_where=sa.text("anonymous"))
