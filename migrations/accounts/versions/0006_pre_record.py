"""Records of people: degrees, titles, honours and other facts with their evidence."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
