"""OAuth clients, authorization codes and tokens; identities of an external issuer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""
    create_client()
    extend_session()
    create_code()
    create_browser_session()
    create_consent()
    create_external_identity()


def create_client() -> None:
    """Third-party front ends, apps and integrations; of a secret only the digest is kept."""
    op.create_table(
        "oauth_client",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        instant("created_at", server_default=sa.func.now()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("redirect_uris", postgresql.ARRAY(sa.String(500)), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String(60)), nullable=False),
        sa.Column("grants", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary()),
        sa.Column("former_secret_digest", sa.LargeBinary()),
        instant("former_secret_until", nullable=True),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_client"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_oauth_client_organisation_id"
        ),
        sa.CheckConstraint(
            "(kind = 'CONFIDENTIAL') = (secret_digest is not null)", name="ck_oauth_client_who_has_a_secret"
        ),
        sa.CheckConstraint(
            "kind = 'CONFIDENTIAL' or not 'client_credentials' = any(grants)",
            name="ck_oauth_client_public_ones_speak_for_people_only",
        ),
    )
    op.create_index("ix_oauth_client_lineage", "oauth_client", ["lineage"], postgresql_using="gin")
    op.create_index("ix_oauth_client_organisation_id", "oauth_client", ["organisation_id"])


def extend_session() -> None:
    """A session may be that of a client, within scopes; one of the platform's own sign-in has neither."""
    op.add_column("session", sa.Column("client_id", sa.Uuid()))
    op.add_column("session", sa.Column("scope", sa.String(500)))
    op.create_foreign_key("fk_session_client_id", "session", "oauth_client", ["client_id"], ["id"])
    op.create_check_constraint(
        "ck_session_a_client_has_a_scope", "session", "(client_id is null) = (scope is null)"
    )
    op.create_index(
        "ix_session_client_id", "session", ["client_id"], postgresql_where=sa.text("client_id is not null")
    )


def create_code() -> None:
    """Authorization codes, as digests; good once, for a minute, for one client, redirect URI and verifier."""
    op.create_table(
        "oauth_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("redirect_uri", sa.String(500), nullable=False),
        sa.Column("scope", sa.String(500), nullable=False),
        sa.Column("nonce", sa.String(255)),
        sa.Column("code_challenge", sa.String(128), nullable=False),
        instant("signed_in_at"),
        sa.Column("how", sa.String(20), nullable=False),
        instant("expires_at"),
        instant("used_at", nullable=True),
        sa.Column("session_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("digest", name="pk_oauth_code"),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name="fk_oauth_code_client_id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_oauth_code_account_id"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name="fk_oauth_code_session_id"),
    )
    op.create_index("ix_oauth_code_expires_at", "oauth_code", ["expires_at"])
    op.create_index("ix_oauth_code_session_id", "oauth_code", ["session_id"])


def create_browser_session() -> None:
    """Who is signed in on the authorization page, by the digest of the browser's cookie."""
    op.create_table(
        "browser_session",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        instant("expires_at"),
        sa.PrimaryKeyConstraint("digest", name="pk_browser_session"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name="fk_browser_session_session_id"),
    )
    op.create_index("ix_browser_session_session_id", "browser_session", ["session_id"])


def create_consent() -> None:
    """What someone has let a client do."""
    op.create_table(
        "oauth_consent",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String(60)), nullable=False),
        instant("given_at", server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("account_id", "client_id", name="pk_oauth_consent"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_oauth_consent_account_id"),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name="fk_oauth_consent_client_id"),
    )
    op.create_index("ix_oauth_consent_client_id", "oauth_consent", ["client_id"])


def create_external_identity() -> None:
    """Which account a subject of an external issuer is; an account is at most one subject of an issuer."""
    op.create_table(
        "external_identity",
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        instant("linked_at", server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_external_identity"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_external_identity_account_id"),
        sa.UniqueConstraint("issuer", "account_id", name="uq_external_identity_issuer_account_id"),
    )
    op.create_index("ix_external_identity_account_id", "external_identity", ["account_id"])


def instant(name: str, *, nullable: bool = False, server_default: object = None) -> sa.Column[object]:
    """A moment in time."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=server_default)
