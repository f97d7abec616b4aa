"""What the notice says of the allocation of places, as data."""

from services.kit.policy import PolicyFile


class AllocationFile(PolicyFile):
    """What one year's notice says of the allocation of places."""
