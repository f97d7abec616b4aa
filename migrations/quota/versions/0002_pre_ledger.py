"""Annual review form with its figures and returns, ledger, reservation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

LEVELS = "'FULL_SENIOR', 'ASSOCIATE_SENIOR', 'MIDDLE', 'JUNIOR'"
FORM_STATES = "'DRAFT', 'AT_AUTHORITY', 'AT_HRSS', 'RETURNED', 'APPROVED', 'SUPERSEDED'"
CELLS = "'approved', 'employed', 'vacant', 'qualified_not_employed', 'exits', 'declarable'"
NATURES = (
    "'GOVERNMENT_BODY', 'PUBLIC_INSTITUTION', 'STATE_ENTERPRISE', 'PRIVATE_ENTERPRISE', 'PRIVATE_HOSPITAL',"
    " 'PRIVATE_SCHOOL', 'PRIVATE_TECHNICAL_SCHOOL', 'CENTRAL_UNIT', 'TOWNSHIP'"
)
PERSON_KINDS = "'ON_ESTABLISHMENT', 'TEMPORARY', 'ENTERPRISE', 'HOSTED', 'SELF_EMPLOYED', 'FREELANCER'"


def upgrade() -> None:
    """Apply."""
    create_annual_form()
    create_annual_form_column()
    create_annual_form_note()
    create_ledger()
    create_reservation()


def create_annual_form() -> None:
    """Create it."""
    op.create_table(
        "annual_form",
        *versioned(),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("former_id", sa.Uuid()),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("authority_id", sa.Uuid()),
        sa.Column("hrss_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_annual_form"),
        sa.UniqueConstraint("unit_id", "year", "revision", name="uq_annual_form_revision"),
        sa.ForeignKeyConstraint(["former_id"], ["annual_form.id"], name="fk_annual_form_former_id"),
        check("annual_form", "a2_state", f"state in ({FORM_STATES})"),
        check("annual_form", "a2_former_version", "(revision = 1) = (former_id is null)"),
        check("annual_form", "lineage_ends_at_unit", "unit_id = lineage[cardinality(lineage)]"),
    )
    op.create_index(
        "uq_annual_form_2_1_1_one_in_force",
        "annual_form",
        ["unit_id", "year"],
        unique=True,
        postgresql_where=sa.text("state = 'APPROVED'"),
    )
    op.create_index(
        "uq_annual_form_a2_one_open",
        "annual_form",
        ["unit_id", "year"],
        unique=True,
        postgresql_where=sa.text("state in ('DRAFT', 'AT_AUTHORITY', 'AT_HRSS', 'RETURNED')"),
    )
    op.create_index("ix_annual_form_lineage", "annual_form", ["lineage"], postgresql_using="gin")


def create_annual_form_column() -> None:
    """Create it; the derived cells are derived here (附件2 说明2)."""
    typed = ("approved", "employed", "qualified_not_employed", "exits")
    op.create_table(
        "annual_form_column",
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in typed),
        sa.Column("vacant", sa.Integer(), sa.Computed("approved - employed", persisted=True), nullable=False),
        sa.Column(
            "declarable",
            sa.Integer(),
            sa.Computed("approved - employed - qualified_not_employed", persisted=True),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("form_id", "level", name="pk_annual_form_column"),
        sa.ForeignKeyConstraint(
            ["form_id"], ["annual_form.id"], name="fk_annual_form_column_form_id", ondelete="CASCADE"
        ),
        check("annual_form_column", "a2_level", f"level in ({LEVELS})"),
        *(check("annual_form_column", f"a2_{name}", f"{name} >= 0") for name in typed),
    )


def create_annual_form_note() -> None:
    """Create it."""
    op.create_table(
        "annual_form_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("cell", sa.String(30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_annual_form_note"),
        sa.ForeignKeyConstraint(
            ["form_id"], ["annual_form.id"], name="fk_annual_form_note_form_id", ondelete="CASCADE"
        ),
        check("annual_form_note", "a2_cell", f"cell in ({CELLS})"),
        check("annual_form_note", "a2_level", f"level in ({LEVELS})"),
        check("annual_form_note", "3_1_reason_given", "length(btrim(reason)) > 0"),
    )
    op.create_index("ix_annual_form_note_form_id", "annual_form_note", ["form_id"])


def create_ledger() -> None:
    """Create it."""
    op.create_table(
        "ledger",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "year", name="pk_ledger"),
        sa.ForeignKeyConstraint(["form_id"], ["annual_form.id"], name="fk_ledger_form_id"),
        sa.UniqueConstraint("form_id", name="uq_ledger_form_id"),
    )


def create_reservation() -> None:
    """Create it."""
    op.create_table(
        "reservation",
        *versioned(),
        sa.Column("recommendation_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_nature", sa.String(40)),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("exempt_by", sa.String(40)),
        sa.Column("known_at", sa.DateTime(timezone=True)),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reservation"),
        sa.UniqueConstraint("recommendation_id", name="uq_reservation_recommendation_id"),
        check("reservation", "state", "state in ('HELD', 'CONFIRMED', 'RELEASED', 'EXEMPT')"),
        check("reservation", "level", f"level in ({LEVELS})"),
        check("reservation", "person_kind", f"person_kind in ({PERSON_KINDS})"),
        check("reservation", "unit_nature", f"unit_nature in ({NATURES})"),
        check("reservation", "2_1_1_exempt_by_a_clause", "(state = 'EXEMPT') = (exempt_by is not null)"),
    )
    live, unknown = "state in ('HELD', 'CONFIRMED')", "state = 'HELD' and known_at is null"
    op.create_index(
        "ix_reservation_live", "reservation", ["unit_id", "year", "level"], postgresql_where=sa.text(live)
    )
    op.create_index("ix_reservation_unknown", "reservation", ["asked_at"], postgresql_where=sa.text(unknown))
    op.create_index("ix_reservation_lineage", "reservation", ["lineage"], postgresql_using="gin")


def versioned() -> list[sa.Column]:
    """Columns of every aggregate that changes."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    ]


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """A CHECK, named after the clause that it restates where there is one."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
