"""Requests to recognise titles earned elsewhere (一（六）)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"

TABLE = "recognition"
LIVE = sa.text("state in ('UNDER_VERIFICATION', 'RETURNED', 'AT_EMPLOYER')")


def upgrade() -> None:
    """Apply."""
    once = sa.UniqueConstraint("certificate_id", name=f"uq_{TABLE}_certificate_id")
    op.create_table(TABLE, *_request(), *_title(), *_answers(), *_checks(), once)
    op.create_index(
        "uq_recognition_live", TABLE, ["person_id", "title_key"], unique=True, postgresql_where=LIVE
    )
    op.create_index("ix_recognition_person", TABLE, ["person_id", "id"])
    op.create_index("ix_recognition_lineage", TABLE, ["lineage"], postgresql_using="gin")
    op.create_index("ix_recognition_hrss", TABLE, ["hrss_id", "id"], postgresql_where=LIVE)
    op.create_index("ix_recognition_unit", TABLE, ["unit_id", "id"], postgresql_where=LIVE)
    unanswered = sa.text("escalated_on is null and due_on is not null")
    op.create_index("ix_recognition_due", TABLE, ["due_on", "id"], postgresql_where=unanswered)


def _request() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("policy", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.String(120), nullable=False),
        sa.Column("person_kind", sa.String(24), nullable=False),
        sa.Column("by_unit", sa.Boolean(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_name", sa.String(160), nullable=False),
        sa.Column("hrss_id", sa.Uuid(), nullable=False),
        sa.Column("hrss_name", sa.String(160), nullable=False),
        sa.Column("path", postgresql.JSONB(), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
    ]


def _title() -> list[sa.Column[object]]:
    return [
        sa.Column("source", sa.String(24), nullable=False),
        sa.Column("issued_in", sa.String(6)),
        sa.Column("qualification", sa.String(40)),
        sa.Column("wish", sa.String(24), nullable=False),
        sa.Column("remark", sa.Text()),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("specialty", sa.String(160)),
        sa.Column("level", sa.String(24), nullable=False),
        sa.Column("title_name", sa.String(160), nullable=False),
        sa.Column("title_number", sa.String(80), nullable=False),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.Column("issuing_body", sa.String(160), nullable=False),
        sa.Column("obtained_on", sa.Date(), nullable=False),
        sa.Column("limits", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
    ]


def _answers() -> list[sa.Column[object]]:
    return [
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("escalated_on", sa.Date()),
        sa.Column("returned", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("verified_how", sa.String(24)),
        sa.Column("verified_reference", sa.String(160)),
        sa.Column("verified_by", sa.Uuid()),
        sa.Column("verified_by_name", sa.String(120)),
        sa.Column("verified_on", sa.Date()),
        sa.Column("document_number", sa.String(80)),
        sa.Column("post", sa.String(160)),
        sa.Column("assessment", sa.Text()),
        sa.Column("confirmed_by", sa.Uuid()),
        sa.Column("confirmed_by_name", sa.String(120)),
        sa.Column("confirmed_on", sa.Date()),
        sa.Column("certificate_id", sa.Uuid(), sa.ForeignKey("certificate.id")),
    ]


def _checks() -> list[sa.CheckConstraint]:
    verified = (
        "state in ('UNDER_VERIFICATION', 'RETURNED', 'REFUSED', 'WITHDRAWN') or verified_by is not null"
    )
    confirmed = "(state in ('CONFIRMED', 'IN_USE')) = (confirmed_by is not null)"
    certified = (
        "case state when 'CONFIRMED' then wish = 'FORMAL_CONFIRMATION' and certificate_id is not null"
        " when 'IN_USE' then wish = 'INTERNAL_USE' and certificate_id is null"
        " else certificate_id is null end"
    )
    return [
        sa.CheckConstraint(verified, name=op.f(f"ck_{TABLE}_1_6_verified_first")),
        sa.CheckConstraint(confirmed, name=op.f(f"ck_{TABLE}_1_6_employer_confirms")),
        sa.CheckConstraint(certified, name=op.f(f"ck_{TABLE}_1_6_certificate")),
    ]


def downgrade() -> None:
    """Undo."""
    op.drop_table(TABLE)
