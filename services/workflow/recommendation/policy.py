"""`recommendation.yaml`: which kinds of organisation may recommend, and on what grounds outside of their numbers."""

from typing import ClassVar

from pydantic import model_validator

from services.accounts.contract import OrganisationKind
from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.quota.contract import Ground
from services.workflow.recommendation.steps import PLAN_STEPS, RECOMMENDATION_STEPS

NAMED = frozenset(
    {
        "legal_person_recommends",
        "plan_public",
        "one_series",
        "unit_answers",
        "recommended_targeted",
        "verified_before",
    }
)
"""Articles that this concept names beside those of its tables."""


class RecommendingKinds(Entry):
    """The kinds of organisation that are legal persons and may recommend."""

    cite: str
    kinds: frozenset[OrganisationKind]


class GroundEntry(Entry):
    """A ground, and the article that knows it."""

    ground: Ground
    article: str


class RecommendationPolicy(PolicyFile):
    """What the notice says about recommending."""

    used: ClassVar[frozenset[str]] = NAMED | articles_used(PLAN_STEPS) | articles_used(RECOMMENDATION_STEPS)

    recommending: RecommendingKinds
    grounds: tuple[GroundEntry, ...]

    @model_validator(mode="after")
    def every_ground(self) -> "RecommendationPolicy":
        """Refuse a policy that leaves a ground out, names one twice, or rests one on an article it lacks."""
        if sorted(each.ground for each in self.grounds) != sorted(Ground):
            raise ValueError(f"name each ground once: {', '.join(Ground)}")
        if missing := sorted({each.article for each in self.grounds} - set(self.articles)):
            raise ValueError(f"grounds: no article {', '.join(missing)}")
        return self

    def article_of(self, ground: Ground) -> str:
        """The key of the article that a ground rests on."""
        return next(each.article for each in self.grounds if each.ground == ground)
