"""Certificates of other origin than a review here, looked up by number and name in one form each."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

TABLE = "certificate"
REVIEW = ("declaration_id", "meeting_id", "committee_id", "cycle_id")
COMPLETE = (*REVIEW, "committee_name", "person_id", "account_id", "document_number")
DOTS = "•‧∙・．.●"


def upgrade() -> None:
    """Apply."""
    widen()
    keys()
    checks()


def widen() -> None:
    """Let certificates lack what a review here would give them."""
    reviewed = sa.Column("origin", sa.String(24), server_default="REVIEWED", nullable=False)
    op.add_column(TABLE, reviewed)
    op.alter_column(TABLE, "origin", server_default=None)
    for column in COMPLETE:
        op.alter_column(TABLE, column, nullable=True)
    op.alter_column(TABLE, "number", type_=sa.String(64))
    op.drop_constraint("uq_certificate_number", TABLE)
    ours = sa.text("origin <> 'IMPORTED'")
    op.create_index("uq_certificate_number", TABLE, ["number"], unique=True, postgresql_where=ours)


def keys() -> None:
    """Number and name in the form in which they are compared; what is there is brought into it."""
    op.add_column(TABLE, sa.Column("number_key", sa.Text()))
    op.add_column(TABLE, sa.Column("holder_key", sa.Text()))
    held = sa.table(TABLE, *map(sa.column, ("number", "holder_name", "number_key", "holder_key")))
    plain = sa.func.lower(sa.func.normalize(held.c.holder_name, sa.text("nfkc")))
    name = sa.func.translate(sa.func.regexp_replace(plain, r"\s", "", "g"), DOTS, "·" * len(DOTS))
    op.execute(held.update().values(number_key=held.c.number, holder_key=name))
    for column in ("number_key", "holder_key"):
        op.alter_column(TABLE, column, nullable=False)
    op.create_index("ix_certificate_keys", TABLE, ["number_key", "holder_key"])


def checks() -> None:
    """What each origin has, and has not."""
    for name, holds in {
        "origin": "origin in ('REVIEWED', 'IMPORTED', 'CONFIRMED')",
        "1_3_3_reviewed_here": f"origin <> 'REVIEWED' or num_nulls({', '.join(COMPLETE)}) = 0",
        "1_3_3_no_review_here": f"origin = 'REVIEWED' or num_nonnulls({', '.join(REVIEW)}) = 0",
        "1_6_confirmed_for_somebody": "origin <> 'CONFIRMED' or person_id is not null",
    }.items():
        op.create_check_constraint(op.f(f"ck_{TABLE}_{name}"), TABLE, holds)
