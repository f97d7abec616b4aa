"""`recommendation.yaml`: which kinds of organisation may recommend, and which are grass roots."""

from typing import ClassVar

from services.accounts.contract import OrganisationKind, OrganisationLevel
from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.workflow.recommendation.steps import PLAN_STEPS, RECOMMENDATION_STEPS
from services.workflow.registration.steps import REGISTRATION_STEPS

NAMED = frozenset(
    {
        "legal_person_recommends",
        "plan_public",
        "posting_first",
        "selected_publicly",
        "one_series",
        "route_targeted",
        "unit_answers",
        "verified_before",
    }
)
"""Articles that this concept names beside those of its tables."""


class RecommendingKinds(Entry):
    """The kinds of organisation that are legal persons and may recommend."""

    cite: str
    kinds: frozenset[OrganisationKind]


class GrassRoots(Entry):
    """The levels of organisations that are grass roots (基层), whose people may choose targeted posts."""

    cite: str
    levels: frozenset[OrganisationLevel]


class RecommendationPolicy(PolicyFile):
    """What the notice says about recommending."""

    used: ClassVar[frozenset[str]] = NAMED.union(
        articles_used(PLAN_STEPS), articles_used(REGISTRATION_STEPS), articles_used(RECOMMENDATION_STEPS)
    )

    recommending: RecommendingKinds
    grass_roots: GrassRoots
