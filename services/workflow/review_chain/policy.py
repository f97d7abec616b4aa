"""What the notice says of the chain of reviews: who reviews in turn, by the level of the unit, and what by two."""

from pydantic import Field, model_validator

from services.accounts.contract import OrganisationKind, OrganisationLevel
from services.kit.policy import Entry, PolicyFile
from services.quota.contract import Ground


class ReviewingPlace(Entry):
    """A kind of organisation that reviews; of any level where none is named."""

    kind: OrganisationKind
    level: OrganisationLevel | None = None

    def is_at(self, kind: str, level: str) -> bool:
        """Whether an organisation of that kind and level is one of them."""
        return kind == self.kind and self.level in (None, level)


class Chain(Entry):
    """Who reviews a unit's declarations in turn, nearest first."""

    unit_level: OrganisationLevel
    places: tuple[ReviewingPlace, ...]
    cite: str


class StrictGround(Entry):
    """A ground of recommending whose declarations are looked at more strictly, and the reason that is told."""

    ground: Ground
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
    strict: tuple[StrictGround, ...]
    days: ReviewDays

    @model_validator(mode="after")
    def every_level(self) -> "ReviewChainPolicy":
        """Refuse a policy that leaves a level without a chain, or gives it two."""
        levels = sorted(chain.unit_level for chain in self.chains)
        if levels != sorted(OrganisationLevel):
            raise ValueError(f"each level needs exactly one chain; there are {', '.join(levels) or 'none'}")
        return self

    def strict_reason(self, ground: str | None) -> str | None:
        """Why what was recommended on `ground` is looked at by two persons at each level; None: one is enough (三（二）)."""
        return next((each.reason for each in self.strict if each.ground == ground), None)

    def places_for(self, level: str) -> tuple[ReviewingPlace, ...]:
        """Who reviews the declarations of units of `level`, in turn."""
        return next(chain.places for chain in self.chains if chain.unit_level == level)
