"""Experts leave the pool and come back; relations on record, requests for avoidance, replacements of drawn experts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.kit.migrations import append_only

revision = "0025"
down_revision = "0024"

RELATION, REQUEST, REPLACEMENT = "expert_relation", "avoidance_request", "meeting_replacement"


def upgrade() -> None:
    """Apply."""
    widen_expert()
    create_relation()
    create_request()
    create_replacement()
    append_only(op, REPLACEMENT, "workflow")


def aggregate() -> list[sa.Column]:
    """Columns of every aggregate that changes."""
    return [
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    ]


def widen_expert() -> None:
    """An entry stands somewhere; whoever was registered before is in the pool."""
    op.add_column("expert", sa.Column("state", sa.String(24), server_default="IN_POOL", nullable=False))
    op.add_column("expert", sa.Column("ground", sa.String(24)))
    op.add_column("expert", sa.Column("stands_since", sa.Date()))
    name = op.f("ck_expert_3_3_1_out_of_the_pool_for_a_ground")
    op.create_check_constraint(name, "expert", "(state = 'IN_POOL') = (ground is null)")


def create_relation() -> None:
    """What ties an expert to somebody."""
    op.create_table(
        RELATION,
        *aggregate(),
        sa.Column("expert_account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("source", sa.String(24), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("declaration_id", sa.Uuid(), sa.ForeignKey("declaration.id")),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text()),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(account_id, person_id, declaration_id) > 0",
            name=op.f(f"ck_{RELATION}_3_3_1_to_somebody"),
        ),
        sa.CheckConstraint(
            "(source = 'OFFICE') = (origin is not null)",
            name=op.f(f"ck_{RELATION}_3_3_1_an_office_says_from_where"),
        ),
    )
    live = sa.text("state = 'ON_RECORD'")
    op.create_index(f"ix_{RELATION}_on_record", RELATION, ["expert_account_id"], postgresql_where=live)
    op.create_index(f"ix_{RELATION}_recorded_by", RELATION, ["recorded_by", "id"])
    op.create_index(f"ix_{RELATION}_lineage", RELATION, ["lineage"], postgresql_using="gin")


def create_request() -> None:
    """Whom an applicant wants kept out."""
    op.create_table(
        REQUEST,
        *aggregate(),
        sa.Column("declaration_id", sa.Uuid(), sa.ForeignKey("declaration.id"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("expert_id", sa.Uuid()),
        sa.Column("expert_name", sa.String(160)),
        sa.Column("organisation_id", sa.Uuid()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lodged_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("decision", sa.Text()),
        sa.Column("decided_on", sa.Date()),
        sa.CheckConstraint(
            "(expert_id is null) = (expert_name is not null)"
            " and (expert_name is null) = (organisation_id is null)",
            name=op.f(f"ck_{REQUEST}_3_3_1_names_somebody"),
        ),
    )
    op.create_index(f"ix_{REQUEST}_declaration", REQUEST, ["declaration_id", "id"])
    op.create_index(f"ix_{REQUEST}_account", REQUEST, ["account_id", "id"])


def create_replacement() -> None:
    """Who left a meeting before it opened, and who came in."""
    op.add_column("meeting_member", sa.Column("replaces", sa.Uuid()))
    op.create_table(
        REPLACEMENT,
        sa.Column("meeting_id", sa.Uuid(), sa.ForeignKey("meeting.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("left_id", sa.Uuid(), sa.ForeignKey("expert.id"), nullable=False),
        sa.Column("left_name", sa.String(120), nullable=False),
        sa.Column("entered_id", sa.Uuid(), sa.ForeignKey("expert.id")),
        sa.Column("entered_name", sa.String(120)),
        sa.Column("passed_over", postgresql.JSONB(), nullable=False),
        sa.Column("ground", sa.String(24), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("replaced_by", sa.Uuid(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("meeting_id", "left_id", name=f"uq_{REPLACEMENT}_meeting_id_left_id"),
        sa.UniqueConstraint("meeting_id", "entered_id", name=f"uq_{REPLACEMENT}_meeting_id_entered_id"),
    )
