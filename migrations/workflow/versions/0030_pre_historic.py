"""Certificates of other origin than a review here, looked up by number and name in one form each; imports of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"

TABLE, IMPORT = "certificate", "historic_import"
COUNTS = ("rows", "refused", "unlinked", "imported")
TAKEN_BACK = (
    "state not in ('TAKING_BACK', 'TAKEN_BACK')"
    " or num_nulls(document_number, reason, decided_by, decided_by_name) = 0"
)
WORK = ("attempts", "cursor", "done")
REVIEW = ("declaration_id", "meeting_id", "committee_id", "cycle_id")
COMPLETE = (*REVIEW, "committee_name", "person_id", "account_id", "document_number")
DOTS = "•‧∙・．.●"


def upgrade() -> None:
    """Apply."""
    imports()
    widen()
    keys()
    checks()


def imports() -> None:
    """Imports, who works on which, and the rows of their files."""
    op.create_table(
        IMPORT,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_name", sa.String(160), nullable=False),
        sa.Column("by_hrss", sa.Boolean(), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in COUNTS),
        sa.Column("document_number", sa.String(80)),
        sa.Column("reason", sa.Text()),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_by_name", sa.String(120)),
        sa.CheckConstraint(TAKEN_BACK, name=op.f(f"ck_{IMPORT}_1_3_3_taken_back_by_document")),
        sa.CheckConstraint(
            "state <> 'DONE' or (refused = 0 and imported = rows)", name=op.f(f"ck_{IMPORT}_1_3_3_whole")
        ),
    )
    op.create_table(
        f"{IMPORT}_work",
        sa.Column("import_id", sa.Uuid(), sa.ForeignKey(f"{IMPORT}.id"), primary_key=True),
        sa.Column("lease", sa.Uuid()),
        sa.Column("until", sa.DateTime(timezone=True)),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in WORK),
    )
    rows()
    indexes()


def indexes() -> None:
    """What of imports is looked for."""
    going = sa.text("state in ('RECEIVING', 'CHECKING', 'CHECKED', 'APPLYING')")
    op.create_index(
        "uq_historic_import_open", IMPORT, ["organisation_id"], unique=True, postgresql_where=going
    )
    op.create_index("ix_historic_import_organisation_id_id", IMPORT, ["organisation_id", "id"])
    waiting = sa.text("state in ('CHECKING', 'APPLYING', 'TAKING_BACK')")
    op.create_index("ix_historic_import_at_work", IMPORT, ["id"], postgresql_where=waiting)


def rows() -> None:
    """Rows of files."""
    op.create_table(
        f"{IMPORT}_row",
        sa.Column("import_id", sa.Uuid(), sa.ForeignKey(f"{IMPORT}.id"), primary_key=True),
        sa.Column("row_no", sa.Integer(), primary_key=True),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.Column("number_key", sa.Text()),
        sa.Column("holder_key", sa.Text()),
        sa.Column("issuer_id", sa.Uuid()),
        sa.Column("ready", postgresql.JSONB()),
        sa.Column("refusals", postgresql.JSONB()),
    )
    key = ["import_id", "row_no"]
    refused = sa.text("refusals is not null")
    op.create_index("ix_historic_import_row_refused", f"{IMPORT}_row", key, postgresql_where=refused)


def widen() -> None:
    """Let certificates lack what a review here would give them."""
    reviewed = sa.Column("origin", sa.String(24), server_default="REVIEWED", nullable=False)
    op.add_column(TABLE, reviewed)
    op.alter_column(TABLE, "origin", server_default=None)
    op.add_column(TABLE, sa.Column("import_id", sa.Uuid(), sa.ForeignKey(f"{IMPORT}.id")))
    op.add_column(TABLE, sa.Column("import_row", sa.Integer()))
    op.add_column(TABLE, sa.Column("vouched", sa.Boolean(), server_default=sa.true(), nullable=False))
    imported = sa.text("import_id is not null")
    op.create_index(
        "uq_certificate_import_row",
        TABLE,
        ["import_id", "import_row"],
        unique=True,
        postgresql_where=imported,
    )
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
        "1_3_3_imported": "(origin = 'IMPORTED') = (num_nulls(import_id, import_row) = 0)",
        "1_3_3_vouched": "vouched or origin = 'IMPORTED'",
        "1_6_confirmed_for_somebody": "origin <> 'CONFIRMED' or person_id is not null",
    }.items():
        op.create_check_constraint(op.f(f"ck_{TABLE}_{name}"), TABLE, holds)
