"""`recommendation.yaml`: which kinds of organisation may recommend."""

from typing import ClassVar

from services.accounts.contract import OrganisationKind
from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.workflow.recommendation.steps import PLAN_STEPS, RECOMMENDATION_STEPS

NAMED = frozenset(
    {
        "legal_person_recommends",
        "plan_public",
        "one_series",
        "unit_answers",
        "verified_before",
    }
)
"""Articles that this concept names beside those of its tables."""


class RecommendingKinds(Entry):
    """The kinds of organisation that are legal persons and may recommend."""

    cite: str
    kinds: frozenset[OrganisationKind]


class RecommendationPolicy(PolicyFile):
    """What the notice says about recommending."""

    used: ClassVar[frozenset[str]] = NAMED | articles_used(PLAN_STEPS) | articles_used(RECOMMENDATION_STEPS)

    recommending: RecommendingKinds
