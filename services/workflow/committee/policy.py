"""`committee.yaml`."""

from services.kit.policy import PolicyFile


class CommitteePolicy(PolicyFile):
    """What the notice says about committee."""
