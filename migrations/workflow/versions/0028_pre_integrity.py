"""Integrity: cases of misconduct, the archive; a declaration that a finding ended makes room for another."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from services.kit.migrations import append_only

revision = "0028"
down_revision = "0027"

CASE, RECORD = "integrity_case", "integrity_record"
BAR = "(bar_from is null) = (bar_to is null) and bar_from <= bar_to"


def keyed() -> list[sa.Column]:
    """Columns of every aggregate."""
    return [
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    ]


def upgrade() -> None:
    """Apply."""
    _cases()
    _records()
    op.drop_index("uq_declaration_live", "declaration")
    _live("state not in ('WITHDRAWN', 'LAPSED', 'DISQUALIFIED')")


def _live(states: str) -> None:
    key = ["person_id", "cycle_id"]
    op.create_index("uq_declaration_live", "declaration", key, unique=True, postgresql_where=sa.text(states))


def _cases() -> None:
    op.create_table(
        CASE,
        *keyed(),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("policy", sa.String(60), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("ground", sa.String(24), nullable=False),
        sa.Column("source_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("person_name", sa.String(120), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), sa.ForeignKey("declaration.id")),
        sa.Column("certificate_id", sa.Uuid(), sa.ForeignKey("certificate.id")),
        sa.Column("lineage", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("hrss_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("identity", sa.LargeBinary()),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("charge", sa.Text()),
        sa.Column("answer_by", sa.Date()),
        sa.Column("statement", sa.Text()),
        sa.Column("stated_on", sa.Date()),
        *_outcome(),
        sa.CheckConstraint(BAR, name=op.f(f"ck_{CASE}_1_8_bar")),
    )
    op.create_index(f"ix_{CASE}_lineage", CASE, ["lineage"], postgresql_using="gin")
    op.create_index(f"ix_{CASE}_person", CASE, ["person_id", "id"])
    given = sa.text("source_id is not null")
    op.create_index(f"uq_{CASE}_source", CASE, ["source_id"], unique=True, postgresql_where=given)
    about = sa.text("declaration_id is not null")
    op.create_index(f"ix_{CASE}_declaration", CASE, ["declaration_id"], postgresql_where=about)
    op.create_index(f"ix_{CASE}_anonymous", CASE, ["opened_at"], postgresql_where=sa.text("anonymous"))


def _outcome() -> list[sa.Column]:
    """What was decided, and what came of the appeal."""
    return [
        sa.Column("kind", sa.String(24)),
        sa.Column("serious", sa.Boolean()),
        sa.Column("evidence", sa.Text()),
        sa.Column("decision", sa.Text()),
        sa.Column("document_number", sa.String(80)),
        sa.Column("body_id", sa.Uuid()),
        sa.Column("decided_by_name", sa.String(120)),
        sa.Column("decided_on", sa.Date()),
        sa.Column("certificate_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("certificate_numbers", ARRAY(sa.String(64)), nullable=False),
        sa.Column("bar_from", sa.Date()),
        sa.Column("bar_to", sa.Date()),
        sa.Column("appeal_by", sa.Date()),
        sa.Column("appeal", sa.Text()),
        sa.Column("appealed_on", sa.Date()),
        sa.Column("verdict", sa.Text()),
        sa.Column("verdict_document", sa.String(80)),
        sa.Column("verdict_body_id", sa.Uuid()),
        sa.Column("verdict_by_name", sa.String(120)),
        sa.Column("verdict_on", sa.Date()),
    ]


def _records() -> None:
    op.create_table(
        RECORD,
        *keyed(),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey(f"{CASE}.id"), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.String(120), nullable=False),
        sa.Column("masked_resident_id", sa.String(32)),
        sa.Column("misconduct", sa.String(24), nullable=False),
        sa.Column("serious", sa.Boolean(), nullable=False),
        sa.Column("document_number", sa.String(80), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("body_name", sa.String(160), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("certificate_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("certificate_numbers", ARRAY(sa.String(64)), nullable=False),
        sa.Column("bar_from", sa.Date()),
        sa.Column("bar_to", sa.Date()),
        sa.Column("lineage", ARRAY(sa.Uuid()), nullable=False),
        sa.UniqueConstraint("case_id", "kind", name=f"uq_{RECORD}_case_id_kind"),
        sa.CheckConstraint(BAR, name=op.f(f"ck_{RECORD}_1_8_bar")),
        sa.CheckConstraint(
            "kind = 'FOUND' or bar_from is null", name=op.f(f"ck_{RECORD}_1_8_reversal_bars_nobody")
        ),
    )
    op.create_index(f"ix_{RECORD}_person", RECORD, ["person_id", "id"])
    op.create_index(f"ix_{RECORD}_lineage", RECORD, ["lineage"], postgresql_using="gin")
    append_only(op, RECORD, "workflow")


def downgrade() -> None:
    """Take back."""
    op.drop_index("uq_declaration_live", "declaration")
    _live("state not in ('WITHDRAWN', 'LAPSED')")
    op.drop_table(RECORD)
    op.drop_table(CASE)
