"""Meeting, agenda, draw, members, training, pledge, ballots, tally, certificate."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.kit.migrations import append_only

revision = "0004"
down_revision = "0003"

APPEND_ONLY = ("meeting_draw", "expert_training", "expert_pledge", "ballot", "ballot_tally", "certificate")


def upgrade() -> None:
    """Apply."""
    create_meeting()
    create_agenda()
    create_draw()
    create_member()
    create_training()
    create_pledge()
    create_secret_ballot()
    create_count()
    create_certificate()
    create_certificate_counter()
    for table in APPEND_ONLY:
        append_only(op, table, "workflow")


def keyed() -> list[sa.Column]:
    """Columns of every aggregate."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ]


def column(name: str, kind: sa.types.TypeEngine, *, nullable: bool = False) -> sa.Column:
    """A column that is filled unless said otherwise."""
    return sa.Column(name, kind, nullable=nullable)


def refers(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    """Foreign keys of `table`, each to the id of the table its name tells."""
    kinds = {"meeting_id": "meeting", "committee_id": "committee", "cycle_id": "cycle", "expert_id": "expert"}
    kinds["specialty_id"] = "specialty"
    return [sa.ForeignKeyConstraint([c], [f"{kinds[c]}.id"], name=f"fk_{table}_{c}") for c in columns]


def create_meeting() -> None:
    """Create it."""
    op.create_table(
        "meeting",
        *keyed(),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        column("committee_id", sa.Uuid()),
        column("cycle_id", sa.Uuid()),
        column("office_id", sa.Uuid()),
        column("held_on", sa.Date()),
        column("plan", postgresql.JSONB()),
        column("plan_filed_on", sa.Date(), nullable=True),
        column("size", sa.Integer()),
        column("seed", sa.LargeBinary()),
        column("seed_commitment", sa.String(64)),
        column("chair_id", sa.Uuid(), nullable=True),
        column("voted_on", sa.Date(), nullable=True),
        column("state", sa.String(24)),
        column("lineage", postgresql.ARRAY(sa.Uuid())),
        sa.CheckConstraint(
            "plan_filed_on is null or plan_filed_on <= held_on", name=op.f("ck_meeting_plan_before_meeting")
        ),
        *refers("meeting", "committee_id", "cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting"),
    )
    op.create_index("ix_meeting_committee", "meeting", ["committee_id"])
    op.create_index("ix_meeting_lineage", "meeting", ["lineage"], postgresql_using="gin")


def create_agenda() -> None:
    """Create it."""
    op.create_table(
        "meeting_agenda",
        column("meeting_id", sa.Uuid()),
        column("declaration_id", sa.Uuid()),
        *refers("meeting_agenda", "meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", "declaration_id", name="pk_meeting_agenda"),
    )
    op.create_index("ix_meeting_agenda_declaration_id", "meeting_agenda", ["declaration_id"])


def create_draw() -> None:
    """Create it."""
    op.create_table(
        "meeting_draw",
        column("meeting_id", sa.Uuid()),
        column("algorithm", sa.String(60)),
        column("seed", sa.LargeBinary()),
        column("size", sa.Integer()),
        column("pool", postgresql.JSONB()),
        column("excluded", postgresql.JSONB()),
        column("drawn_at", sa.DateTime(timezone=True)),
        *refers("meeting_draw", "meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_meeting_draw"),
    )


def create_member() -> None:
    """Create it."""
    op.create_table(
        "meeting_member",
        column("meeting_id", sa.Uuid()),
        column("expert_id", sa.Uuid()),
        column("account_id", sa.Uuid()),
        column("name", sa.String(120)),
        column("stratum", sa.String(40)),
        sa.Column("present", sa.Boolean(), server_default="false", nullable=False),
        *refers("meeting_member", "meeting_id", "expert_id"),
        sa.PrimaryKeyConstraint("meeting_id", "expert_id", name="pk_meeting_member"),
    )
    op.create_index("ix_meeting_member_account", "meeting_member", ["account_id"])


def create_training() -> None:
    """Create it."""
    op.create_table(
        "expert_training",
        column("expert_id", sa.Uuid()),
        column("cycle_id", sa.Uuid()),
        column("meeting_id", sa.Uuid()),
        column("trained_on", sa.Date()),
        column("recorded_by", sa.Uuid()),
        *refers("expert_training", "expert_id", "cycle_id", "meeting_id"),
        sa.PrimaryKeyConstraint("expert_id", "cycle_id", name="pk_expert_training"),
    )


def create_pledge() -> None:
    """Create it."""
    op.create_table(
        "expert_pledge",
        column("expert_id", sa.Uuid()),
        column("cycle_id", sa.Uuid()),
        column("account_id", sa.Uuid()),
        column("text", sa.Text()),
        column("text_sha256", sa.String(64)),
        column("signed_at", sa.DateTime(timezone=True)),
        *refers("expert_pledge", "expert_id", "cycle_id"),
        sa.PrimaryKeyConstraint("expert_id", "cycle_id", name="pk_expert_pledge"),
    )


def create_secret_ballot() -> None:
    """Create the roll, the key and the boxes: nothing in them leads from a ballot to its expert."""
    op.create_table(
        "ballot_roll",
        column("meeting_id", sa.Uuid()),
        column("declaration_id", sa.Uuid()),
        column("expert_id", sa.Uuid()),
        *refers("ballot_roll", "meeting_id", "expert_id"),
        sa.PrimaryKeyConstraint("meeting_id", "declaration_id", "expert_id", name="pk_ballot_roll"),
    )
    op.create_table(
        "ballot_key",
        column("meeting_id", sa.Uuid()),
        column("sealed", sa.LargeBinary()),
        *refers("ballot_key", "meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_ballot_key"),
    )
    op.create_table(
        "ballot_box",
        column("meeting_id", sa.Uuid()),
        column("declaration_id", sa.Uuid()),
        column("sealed", sa.LargeBinary()),
        *refers("ballot_box", "meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", "declaration_id", name="pk_ballot_box"),
    )


def create_count() -> None:
    """Create what is written when a vote is closed: anonymous ballots and their tally."""
    op.create_table(
        "ballot",
        column("id", sa.Uuid()),
        column("meeting_id", sa.Uuid()),
        column("declaration_id", sa.Uuid()),
        column("in_favour", sa.Boolean()),
        *refers("ballot", "meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ballot"),
    )
    op.create_index("ix_ballot_declaration", "ballot", ["meeting_id", "declaration_id"])
    op.create_table(
        "ballot_tally",
        column("meeting_id", sa.Uuid()),
        column("declaration_id", sa.Uuid()),
        column("present", sa.Integer()),
        column("in_favour", sa.Integer()),
        column("against", sa.Integer()),
        column("passed", sa.Boolean()),
        column("signature", sa.Text()),
        sa.CheckConstraint(
            "in_favour >= 0 and against >= 0 and in_favour + against <= present",
            name=op.f("ck_ballot_tally_within_present"),
        ),
        *refers("ballot_tally", "meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", "declaration_id", name="pk_ballot_tally"),
        sa.UniqueConstraint("declaration_id", name="uq_ballot_tally_declaration_id"),
    )


def create_certificate() -> None:
    """Create it."""
    op.create_table(
        "certificate",
        *keyed(),
        column("number", sa.String(32)),
        column("declaration_id", sa.Uuid()),
        column("meeting_id", sa.Uuid()),
        column("committee_id", sa.Uuid()),
        column("committee_name", sa.String(160)),
        column("cycle_id", sa.Uuid()),
        column("year", sa.Integer()),
        column("person_id", sa.Uuid()),
        column("account_id", sa.Uuid()),
        column("holder_name", sa.String(120)),
        column("masked_resident_id", sa.String(32), nullable=True),
        column("unit_id", sa.Uuid()),
        column("unit_name", sa.String(160)),
        column("series", sa.String(40)),
        column("series_name", sa.String(120)),
        column("specialty_id", sa.Uuid(), nullable=True),
        column("specialty_name", sa.String(120), nullable=True),
        column("level", sa.String(24)),
        column("way", sa.String(24)),
        column("obtained_on", sa.Date()),
        column("document_number", sa.String(80)),
        column("issuer_id", sa.Uuid()),
        column("issuer_name", sa.String(160)),
        column("issued_on", sa.Date()),
        column("limits", postgresql.JSONB()),
        column("credential", sa.Text()),
        column("lineage", postgresql.ARRAY(sa.Uuid())),
        *refers("certificate", "meeting_id", "committee_id", "cycle_id", "specialty_id"),
        sa.PrimaryKeyConstraint("id", name="pk_certificate"),
        sa.UniqueConstraint("number", name="uq_certificate_number"),
        sa.UniqueConstraint("declaration_id", name="uq_certificate_declaration_id"),
    )
    op.create_index("ix_certificate_person", "certificate", ["person_id"])
    op.create_index("ix_certificate_lineage", "certificate", ["lineage"], postgresql_using="gin")


def create_certificate_counter() -> None:
    """Create it."""
    op.create_table(
        "certificate_counter",
        column("stem", sa.String(24)),
        column("last", sa.Integer()),
        sa.PrimaryKeyConstraint("stem", name="pk_certificate_counter"),
    )
