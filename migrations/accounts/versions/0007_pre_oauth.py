"""OAuth clients, authorization codes and tokens; identities of an external issuer."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""
