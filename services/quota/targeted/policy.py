"""What the notice says of targeted posts, as data."""

from services.kit.policy import PolicyFile


class TargetedFile(PolicyFile):
    """What one year's notice says of targeted posts."""
