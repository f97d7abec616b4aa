"""`recommendation.yaml`."""

from services.kit.policy import PolicyFile


class RecommendationPolicy(PolicyFile):
    """What the notice says about recommendation."""
