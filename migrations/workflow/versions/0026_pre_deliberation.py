"""Groups, hearings, recusals and written opinions of a meeting; what was put off without a vote."""

import sqlalchemy as sa
from alembic import op

from services.kit.migrations import append_only

revision = "0026"
down_revision = "0025"

OF_A_CASE = ("meeting_id", "declaration_id")
AGENDA = tuple(f"meeting_agenda.{name}" for name in OF_A_CASE)
APPEND_ONLY = ("meeting_recusal", "meeting_opinion")


def upgrade() -> None:
    """Apply."""
    create_group()
    create_recusal()
    create_hearing()
    create_opinion()
    for table in APPEND_ONLY:
        append_only(op, table, "workflow")


def create_group() -> None:
    """Create groups, and say of each member and declaration which it belongs to."""
    op.create_table(
        "meeting_group",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_meeting_group_meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", "number", name="pk_meeting_group"),
    )
    for table in ("meeting_member", "meeting_agenda"):
        op.add_column(table, sa.Column("group_number", sa.Integer()))
        op.create_foreign_key(
            f"fk_{table}_group",
            table,
            "meeting_group",
            ["meeting_id", "group_number"],
            ["meeting_id", "number"],
        )
    op.add_column("meeting_agenda", sa.Column("deferred", sa.String(24)))


def of_a_case(table: str) -> list[sa.schema.SchemaItem]:
    """What names a declaration on an agenda."""
    return [
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in OF_A_CASE),
        sa.ForeignKeyConstraint(OF_A_CASE, AGENDA, name=f"fk_{table}_agenda"),
    ]


def of_an_expert(table: str) -> list[sa.schema.SchemaItem]:
    """What names an expert."""
    return [
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=f"fk_{table}_expert_id"),
    ]


def create_recusal() -> None:
    """Create it."""
    table = "meeting_recusal"
    op.create_table(
        table,
        *of_a_case(table),
        *of_an_expert(table),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recused_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(*OF_A_CASE, "expert_id", name=f"pk_{table}"),
    )


def create_hearing() -> None:
    """Create it."""
    table = "meeting_hearing"
    op.create_table(
        table,
        *of_a_case(table),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True)),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
        sa.Column("place", sa.String(200)),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("document_number", sa.String(80)),
        sa.Column("note", sa.Text()),
        sa.CheckConstraint(
            "outcome in ('WAIVED_BY_ROUTE', 'WAIVED') or starts_at < ends_at and place is not null",
            name=op.f(f"ck_{table}_slot"),
        ),
        sa.CheckConstraint(
            "outcome <> 'WAIVED' or document_number is not null and note is not null",
            name=op.f(f"ck_{table}_waiver_documented"),
        ),
        sa.PrimaryKeyConstraint(*OF_A_CASE, "kind", name=f"pk_{table}"),
    )


def create_opinion() -> None:
    """Create it."""
    table = "meeting_opinion"
    op.create_table(
        table,
        *of_a_case(table),
        *of_an_expert(table),
        sa.Column("of_group", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("text_digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(*OF_A_CASE, "expert_id", "of_group", "version", name=f"pk_{table}"),
    )
