"""What the notice says of the chain of reviews: who reviews in turn, by the level of the unit, and what by two."""

from pydantic import Field, model_validator

from services.accounts.contract import OrganisationKind, OrganisationLevel, PersonKind
from services.kit.policy import Entry, PolicyFile


class ReviewingPlace(Entry):
    """A kind of organisation that reviews; of any level where none is named."""

    kind: OrganisationKind
    level: OrganisationLevel | None = None

    def is_at(self, kind: str, level: str) -> bool:
        """Whether an organisation of that kind and level is one of them."""
        return kind == self.kind and self.level in (None, level)


class Chain(Entry):
    """Who reviews a unit's declarations in turn, nearest first; of people of `kinds` alone, where some are named."""

    unit_level: OrganisationLevel
    kinds: tuple[PersonKind, ...] = ()
    places: tuple[ReviewingPlace, ...]
    cite: str


class StrictRoute(Entry):
    """A route whose declarations are looked at more strictly, and the reason that is told."""

    route: str
    reason: str
    cite: str


class ReviewDays(Entry):
    """By when a reviewer is to be done, in working days, and how long a claim holds, in hours."""

    level: int = Field(ge=1)
    office: int = Field(ge=1)
    soon: int = Field(ge=0)
    claim_hours: int = Field(ge=1)


class ReviewChainPolicy(PolicyFile):
    """review_chain.yaml."""

    chains: tuple[Chain, ...]
    strict: tuple[StrictRoute, ...]
    days: ReviewDays

    @model_validator(mode="after")
    def every_level(self) -> "ReviewChainPolicy":
        """Refuse a policy that leaves a level without a chain, or gives it two, for anybody."""
        for kind in (None, *sorted({kind for chain in self.chains for kind in chain.kinds})):
            levels = sorted(c.unit_level for c in self.chains if (kind in c.kinds if kind else not c.kinds))
            if levels != sorted(OrganisationLevel):
                told = ", ".join(levels) or "none"
                raise ValueError(
                    f"each level needs exactly one chain for {kind or 'everybody'}; there are {told}"
                )
        return self

    def strict_reason(self, route: str) -> str | None:
        """Why what comes by `route` is looked at by two persons at each level; None: one is enough (三（二）)."""
        return next((each.reason for each in self.strict if each.route == route), None)

    def places_for(self, level: str, kind: str) -> tuple[ReviewingPlace, ...]:
        """Who reviews in turn what people of a kind declare from units of `level`."""
        own = any(kind in chain.kinds for chain in self.chains)
        at_level = [chain for chain in self.chains if chain.unit_level == level]
        return next(chain.places for chain in at_level if (kind in chain.kinds if own else not chain.kinds))
