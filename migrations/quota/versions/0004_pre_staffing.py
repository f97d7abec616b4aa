"""The staffing ledger: a unit's book, its people, movements and their entries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.kit.migrations import append_only

revision = "0004"
down_revision = "0003"

LEVELS = "'FULL_SENIOR', 'ASSOCIATE_SENIOR', 'MIDDLE', 'JUNIOR'"
POOLS = "'GENERAL', 'TARGETED'"
LEAVE = "'RETIRED', 'TRANSFERRED_OUT', 'RESIGNED', 'DECEASED'"
CAUSES = (
    "'PLAN_SET', 'OPENING_POST', 'OPENING_QUALIFIED', 'QUALIFIED', 'EMPLOYED', 'PROMOTED', 'LOWERED', 'REGRADED',"
    f" 'RELEASED', 'TRANSFERRED_IN', {LEAVE}, 'POST_DECISION', 'REVERSAL'"
)
FILED = (
    "pool = 'TARGETED' and level is not null"
    " and cause in ('EMPLOYED', 'PROMOTED', 'LOWERED', 'TRANSFERRED_IN')"
)


def upgrade() -> None:
    """Apply."""
    create_staffing_book()
    create_staff_member()
    create_staffing_movement()
    create_staffing_entry()
    for table in ("staffing_movement", "staffing_entry"):
        append_only(op, table, "quota")


def create_staffing_book() -> None:
    """Create it."""
    op.create_table(
        "staffing_book",
        *keyed(),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staffing_book"),
        sa.UniqueConstraint("unit_id", name="uq_staffing_book_unit_id"),
        check("staffing_book", "lineage_ends_at_unit", "unit_id = lineage[cardinality(lineage)]"),
    )
    op.create_index("ix_staffing_book_lineage", "staffing_book", ["lineage"], postgresql_using="gin")


def create_staff_member() -> None:
    """Create it; without an account people are told apart by their names."""
    op.create_table(
        "staff_member",
        *keyed(),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_staff_member"),
        sa.ForeignKeyConstraint(["unit_id"], ["staffing_book.unit_id"], name="fk_staff_member_unit_id"),
        check("staff_member", "a2_name", "length(btrim(name)) > 0"),
    )
    for name, columns, where in (
        ("uq_staff_member_person", ["unit_id", "person_id"], "person_id is not null"),
        ("uq_staff_member_name", ["unit_id", "name"], "person_id is null"),
    ):
        op.create_index(name, "staff_member", columns, unique=True, postgresql_where=sa.text(where))
    op.create_index("ix_staff_member_name", "staff_member", ["unit_id", "name"])


def create_staffing_movement() -> None:
    """Create it."""
    op.create_table(
        "staffing_movement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid()),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("pool", sa.String(20), nullable=False),
        sa.Column("level", sa.String(20)),
        sa.Column("from_level", sa.String(20)),
        sa.Column("posts", sa.Integer()),
        sa.Column("title", sa.String(120)),
        sa.Column("post_grade", sa.String(60)),
        sa.Column("document", sa.String(200)),
        sa.Column("reason", sa.Text()),
        sa.Column("since", sa.Date()),
        sa.Column("by_examination", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("takes_post", sa.Boolean()),
        sa.Column("reverses_id", sa.Uuid()),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staffing_movement"),
        sa.UniqueConstraint("reverses_id", name="uq_staffing_movement_reverses_id"),
        *references_of_movement(),
        *checks_of_movement(),
    )
    op.create_index("ix_staffing_movement_unit", "staffing_movement", ["unit_id", "id"])
    op.create_index("ix_staffing_movement_member", "staffing_movement", ["member_id", "seq"])
    for name, columns, where in (
        ("ix_staffing_movement_plan", ["unit_id"], "cause = 'PLAN_SET'"),
        ("ix_staffing_movement_exam", ["unit_id"], "by_examination"),
        ("ix_staffing_movement_filed", ["id"], FILED),
    ):
        op.create_index(name, "staffing_movement", columns, postgresql_where=sa.text(where))


def references_of_movement() -> list[sa.ForeignKeyConstraint]:
    """What a movement is of."""
    return [
        sa.ForeignKeyConstraint([column], [target], name=f"fk_staffing_movement_{column}")
        for column, target in (
            ("unit_id", "staffing_book.unit_id"),
            ("member_id", "staff_member.id"),
            ("reverses_id", "staffing_movement.id"),
        )
    ]


def checks_of_movement() -> list[sa.CheckConstraint]:
    """What the notice asks of every one."""
    conditions = {
        "cause": f"cause in ({CAUSES})",
        "1_4_1_pool": f"pool in ({POOLS})",
        "level": f"level in ({LEVELS})",
        "from_level": f"from_level in ({LEVELS})",
        "reverses": "(cause = 'REVERSAL') = (reverses_id is not null)",
        "a2_posts": "cause <> 'PLAN_SET' or posts >= 0",
        "a2_n3_proof": (
            f"cause not in ({LEAVE}) or"
            " (length(btrim(document)) > 0 and length(btrim(reason)) > 0 and title is not null)"
        ),
        "a2_n2_exam_reason": (
            "cause <> 'POST_DECISION' or (takes_post is not null and length(btrim(reason)) > 0)"
        ),
    }
    return [check("staffing_movement", name, condition) for name, condition in conditions.items()]


def create_staffing_entry() -> None:
    """Create it."""
    op.create_table(
        "staffing_entry",
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("pool", sa.String(20), nullable=False),
        sa.Column("measure", sa.String(20), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid()),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("delta", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("movement_id", "pool", "measure", "level", name="pk_staffing_entry"),
        sa.ForeignKeyConstraint(
            ["movement_id"], ["staffing_movement.id"], name="fk_staffing_entry_movement_id"
        ),
        check("staffing_entry", "1_4_1_pool", f"pool in ({POOLS})"),
        check("staffing_entry", "measure", "measure in ('APPROVED', 'EMPLOYED', 'QUALIFIED', 'EXIT')"),
        check("staffing_entry", "level", f"level in ({LEVELS})"),
        check("staffing_entry", "changes_something", "delta <> 0"),
    )
    op.create_index(
        "ix_staffing_entry_unit",
        "staffing_entry",
        ["unit_id", "pool", "on_date"],
        postgresql_include=["measure", "level", "cause", "delta"],
    )
    op.create_index("ix_staffing_entry_member", "staffing_entry", ["member_id"])


def keyed() -> list[sa.Column]:
    """Columns of every aggregate."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ]


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """A CHECK, named after the clause that it restates where there is one."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
