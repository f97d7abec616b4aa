"""Second factors, counted tries that back off, sign-in history, role offers, and delegation of roles."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
    widen_sign_in()
    create_second_factor()
    create_sign_in()
    create_role_offer()
    create_delegation()


def widen_sign_in() -> None:
    """Sessions remember where and how they began; tries wait longer and longer; former passwords and usual places."""
    op.add_column("session", sa.Column("how", sa.String(20), nullable=False, server_default="PASSWORD"))
    op.add_column("session", sa.Column("device", sa.String(200), nullable=False, server_default="-"))
    op.add_column("session", sa.Column("address", sa.String(45), nullable=False, server_default="-"))
    op.add_column("session", moment("last_used_at", server_default=sa.func.now()))
    op.create_index("ix_session_longest_until", "session", ["longest_until"])
    op.add_column("counted_try", moment("not_before", nullable=True))
    op.create_table(
        "former_password",
        sa.Column("id", sa.Uuid(), nullable=False),
        account_id(),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_former_password"),
        of_account("former_password"),
    )
    op.create_index("ix_former_password_account_id_id", "former_password", ["account_id", "id"])
    op.create_table(
        "usual_place",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        moment("until"),
        sa.PrimaryKeyConstraint("digest", name="pk_usual_place"),
    )
    op.create_index("ix_usual_place_until", "usual_place", ["until"])


def create_second_factor() -> None:
    """The secret of a one-time password, sealed; recovery codes as digests; challenges under way."""
    op.create_table(
        "second_factor",
        account_id(),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        moment("enrolled_at", server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("account_id", name="pk_second_factor"),
        of_account("second_factor"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        account_id(),
        sa.PrimaryKeyConstraint("digest", name="pk_recovery_code"),
        of_account("recovery_code"),
    )
    op.create_index("ix_recovery_code_account_id", "recovery_code", ["account_id"])
    op.create_table(
        "challenge",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        account_id(),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary()),
        moment("expires_at"),
        sa.PrimaryKeyConstraint("digest", name="pk_challenge"),
        of_account("challenge"),
        sa.CheckConstraint("(kind = 'CODE') = (secret_sealed is null)", name="ck_challenge_enrols_a_secret"),
    )
    op.create_index("ix_challenge_account_id", "challenge", ["account_id"])
    op.create_index("ix_challenge_expires_at", "challenge", ["expires_at"])


def create_sign_in() -> None:
    """Who tried to sign in from where, and what came of it; swept after the days that the policy says."""
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        account_id(),
        moment("at", server_default=sa.func.now()),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("how", sa.String(20)),
        sa.Column("device", sa.String(200), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in"),
        of_account("sign_in"),
    )
    op.create_index("ix_sign_in_account_id_id", "sign_in", ["account_id", "id"])


def create_role_offer() -> None:
    """Roles offered to accounts of other organisations, held once their owners agree."""
    op.create_table(
        "role_offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        account_id(),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("offered_by", sa.Uuid(), nullable=False),
        moment("offered_at", server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_role_offer"),
        of_account("role_offer"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_role_offer_organisation_id"
        ),
        sa.UniqueConstraint(
            "account_id", "role", "organisation_id", name="uq_role_offer_account_id_role_organisation_id"
        ),
    )


def create_delegation() -> None:
    """A role handed to a colleague for a while."""
    op.create_table(
        "delegation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("delegator_id", sa.Uuid(), nullable=False),
        sa.Column("delegate_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delegation"),
        sa.ForeignKeyConstraint(["delegator_id"], ["account.id"], name="fk_delegation_delegator_id"),
        sa.ForeignKeyConstraint(["delegate_id"], ["account.id"], name="fk_delegation_delegate_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_delegation_organisation_id"
        ),
        sa.CheckConstraint("begins_on <= ends_on", name="ck_delegation_has_a_period"),
        sa.CheckConstraint("delegator_id <> delegate_id", name="ck_delegation_to_another"),
    )
    op.create_index("ix_delegation_delegator_id_ends_on", "delegation", ["delegator_id", "ends_on"])
    op.create_index("ix_delegation_delegate_id_ends_on", "delegation", ["delegate_id", "ends_on"])
    op.create_index("ix_delegation_organisation_id_id", "delegation", ["organisation_id", "id"])


def account_id() -> sa.Column[object]:
    """Whose it is."""
    return sa.Column("account_id", sa.Uuid(), nullable=False)


def of_account(table: str) -> sa.ForeignKeyConstraint:
    """The account is there."""
    return sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=f"fk_{table}_account_id")


def moment(name: str, *, nullable: bool = False, server_default: object = None) -> sa.Column[object]:
    """A point in real time."""
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        nullable=nullable,
        server_default=server_default,  # type: ignore[arg-type]
    )
