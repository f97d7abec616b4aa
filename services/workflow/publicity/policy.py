"""`publicity.yaml`: how long things stay public before a decision may rest on them."""

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.workflow.publicity.steps import OBJECTION_STEPS


class Floor(Entry):
    """The fewest working days anything may be public, on which article."""

    working_days: Annotated[int, Field(ge=1)]
    article: str


class PublicityPolicy(PolicyFile):
    """`working_days` counts official working days, the first of them after the day of publication; never below `floor`."""

    used: ClassVar[frozenset[str]] = frozenset(
        {"publicity_working_days", "publicity_result"} | articles_used(OBJECTION_STEPS)
    )

    working_days: Annotated[int, Field(ge=1)]
    floor: Floor

    @model_validator(mode="after")
    def not_below_the_floor(self) -> "PublicityPolicy":
        """Refuse a publicity that is shorter than the article allows."""
        if self.floor.article not in self.articles:
            raise ValueError(f"floor: no article {self.floor.article}")
        if self.working_days < self.floor.working_days:
            cite = self.articles[self.floor.article].cite
            raise ValueError(f"working_days: not below {self.floor.working_days} ({cite})")
        return self
