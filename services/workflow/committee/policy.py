"""`committee.yaml`: who approves committees, how large they are, which authority was delegated, how long experts serve."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, field_validator, model_validator

from services.accounts.contract import OrganisationLevel
from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.quota.contract import TitleLevel
from services.workflow.committee.steps import COMMITTEE_STEPS, EXPERT_STEPS


class SizeRule(Entry):
    """The least number of experts for committees of some levels: of a whole series, or of specialties of it."""

    levels: frozenset[TitleLevel]
    whole_series: Annotated[int, Field(ge=1)]
    by_specialty: Annotated[int, Field(ge=1)]
    odd: bool = True
    article: str
    recalled: bool = False


class Delegation(Entry):
    """Review authority given to a named body."""

    code: str
    body: str
    series: str
    specialty: str | None = None
    levels: frozenset[TitleLevel]
    run_by: str
    article: str


class CommitteePolicy(PolicyFile):
    """What the notice and Order No. 40 say about committees and experts."""

    used: ClassVar[frozenset[str]] = frozenset(
        {"delegated"} | articles_used(COMMITTEE_STEPS) | articles_used(EXPERT_STEPS)
    )

    approved_at: dict[TitleLevel, OrganisationLevel]
    sizes: list[SizeRule]
    delegations: list[Delegation]
    expert_term_years: Annotated[int, Field(ge=1)]

    @field_validator("approved_at")
    @classmethod
    def _every_level(cls, told: dict[TitleLevel, OrganisationLevel]) -> dict[TitleLevel, OrganisationLevel]:
        if missing := set(TitleLevel) - set(told):
            raise ValueError(f"no approving HRSS for {', '.join(sorted(missing))}")
        return told

    @field_validator("sizes")
    @classmethod
    def _each_level_sized(cls, told: list[SizeRule]) -> list[SizeRule]:
        if missing := set(TitleLevel) - {level for rule in told for level in rule.levels}:
            raise ValueError(f"no size for {', '.join(sorted(missing))}")
        return told

    @model_validator(mode="after")
    def _articles_told(self) -> Self:
        named = {rule.article for rule in self.sizes} | {each.article for each in self.delegations}
        if missing := named - set(self.articles):
            raise ValueError(f"no article {', '.join(sorted(missing))}")
        return self

    def delegation(self, code: str) -> Delegation | None:
        """A delegation by its code."""
        return next((each for each in self.delegations if each.code == code), None)
