"""`publicity.yaml`: how long things stay public before a decision may rest on them."""

from datetime import date, timedelta
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.workflow.publicity.steps import OBJECTION_STEPS

NAMES_PUBLIC = "names_public"
OBJECTING = ("publicity_working_days", "objection_handled")
"""On what an objection rests."""


class Floor(Entry):
    """The fewest working days anything may be public, on which article."""

    working_days: Annotated[int, Field(ge=1)]
    article: str


class PublicityPolicy(PolicyFile):
    """`working_days` counts official working days, the first of them after the day of publication; never below `floor`.

    `names_days` are the days after the last one on which anybody still reads what was public.
    """

    used: ClassVar[frozenset[str]] = frozenset(
        {"publicity_working_days", "publicity_result", NAMES_PUBLIC} | articles_used(OBJECTION_STEPS)
    )

    working_days: Annotated[int, Field(ge=1)]
    names_days: Annotated[int, Field(ge=0)]
    floor: Floor

    def named_until(self, closes_on: date) -> date:
        """The last day on which anybody reads what was public until a day."""
        return closes_on + timedelta(days=self.names_days)

    @model_validator(mode="after")
    def not_below_the_floor(self) -> "PublicityPolicy":
        """Refuse a publicity that is shorter than the article allows."""
        if self.floor.article not in self.articles:
            raise ValueError(f"floor: no article {self.floor.article}")
        if self.working_days < self.floor.working_days:
            cite = self.articles[self.floor.article].cite
            raise ValueError(f"working_days: not below {self.floor.working_days} ({cite})")
        return self
