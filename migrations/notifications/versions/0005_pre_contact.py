"""Where accounts are reached outside of the inbox, and how each wishes it; of a message the version of its template."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply."""
    version = sa.Column("template_version", sa.Integer(), server_default="1", nullable=False)
    op.add_column("message", version)
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("masked", sa.String(120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True)),
        sa.Column("failing_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("account_id", "channel", "digest", name="uq_contact_account_id_channel_digest"),
    )
    op.create_index("ix_contact_account_id_place", "contact", ["account_id", "place"])
    _preferences()
    _codes()


def _preferences() -> None:
    op.create_table(
        "preference",
        sa.Column("account_id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("quiet_from", sa.Time()),
        sa.Column("quiet_until", sa.Time()),
        sa.Column("digest", sa.String(20), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("digest_weekday", sa.Integer(), nullable=False),
        sa.Column("off", ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint(
            "(quiet_from is null) = (quiet_until is null)", name="ck_preference_quiet_from_and_until"
        ),
        sa.CheckConstraint("quiet_from <> quiet_until", name="ck_preference_quiet_for_a_while"),
        sa.CheckConstraint("digest_hour between 0 and 23", name="ck_preference_an_hour_of_the_day"),
        sa.CheckConstraint("digest_weekday between 1 and 7", name="ck_preference_a_day_of_the_week"),
    )


def _codes() -> None:
    op.create_table(
        "contact_code",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
    )
    op.create_table(
        "contact_to_copy",
        sa.Column("person_id", sa.Uuid(), primary_key=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_contact_to_copy_due_at", "contact_to_copy", ["due_at"])
    op.create_index("ix_contact_code_contact_id", "contact_code", ["contact_id"])
    op.create_index("ix_contact_code_account_id", "contact_code", ["account_id", "sent_at"])
    op.create_index("ix_contact_code_address", "contact_code", ["address", "sent_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("contact_to_copy")
    op.drop_table("contact_code")
    op.drop_table("preference")
    op.drop_table("contact")
    op.drop_column("message", "template_version")
