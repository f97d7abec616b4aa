"""`criteria.yaml`."""

from services.kit.policy import PolicyFile


class CriteriaPolicy(PolicyFile):
    """What the notice says about criteria."""
