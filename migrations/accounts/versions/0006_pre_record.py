"""Records of people: degrees, titles, honours and other facts with their evidence."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

PENDING = "state in ('DECLARED', 'REFUSED')"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "person_record",
        *columns(),
        sa.PrimaryKeyConstraint("id", name="pk_person_record"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_person_record_person_id"),
        sa.ForeignKeyConstraint(
            ["sending_unit_id"], ["organisation.id"], name="fk_person_record_sending_unit_id"
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["person_record.id"], name="fk_person_record_supersedes_id"
        ),
        *checks(),
    )
    told_alike = ["person_id", "kind", "key_digest"]
    unique("uq_person_record_one_confirmed", told_alike, "state = 'CONFIRMED'")
    unique("uq_person_record_one_pending", told_alike, PENDING)
    unique("uq_person_record_one_new_version", ["supersedes_id"], PENDING)
    op.create_index("ix_person_record_person_id_id", "person_record", ["person_id", "id"])
    op.create_index(
        "ix_person_record_sent",
        "person_record",
        ["sending_unit_id", "id"],
        postgresql_where=sa.text("sending_unit_id is not null"),
    )


def columns() -> list[sa.Column[object]]:
    """What is kept of a record."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("document_number_sealed", sa.LargeBinary()),
        sa.Column("key_digest", sa.LargeBinary(), nullable=False),
        sa.Column("told_by", sa.Uuid()),
        sa.Column("holds_from", sa.Date(), nullable=False),
        sa.Column("holds_until", sa.Date()),
        sa.Column("sending_unit_id", sa.Uuid()),
        sa.Column("supersedes_id", sa.Uuid()),
        sa.Column("reason", sa.String(1000)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
    ]


def checks() -> list[sa.CheckConstraint]:
    """What holds of every row; two are named after the clauses they restate."""
    return [
        sa.CheckConstraint(
            "(kind = 'VILLAGE_POSTING') = (sending_unit_id is not null)",
            name="ck_person_record_1_4_3_sending_unit_confirms",
        ),
        sa.CheckConstraint(
            "state not in ('REFUSED', 'REVOKED') or reason is not null",
            name="ck_person_record_3_1_refused_with_reason",
        ),
        sa.CheckConstraint(
            "holds_until is null or holds_until >= holds_from", name="ck_person_record_ends_after_beginning"
        ),
    ]


def unique(name: str, columns: list[str], where: str) -> None:
    """An index under which rows of some states are alone of their kind."""
    op.create_index(name, "person_record", columns, unique=True, postgresql_where=sa.text(where))
