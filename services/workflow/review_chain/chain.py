"""Which organisations review a declaration in turn: computed from its line of organisations by the policy."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.workflow.review_chain.policy import ReviewingPlace


class Link(BaseModel):
    """One organisation of the chain."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    name: str
    kind: str
    level: str


def chain_of(path: Sequence[Link], places: Sequence[ReviewingPlace]) -> list[Link]:
    """The reviewing organisations, nearest first (三（一）).

    `path` runs from the root to the department or unit; `places` is the policy's order. Only organisations that exist
    on the path count; of several at one place (a unit inside a unit) the nearer comes first.
    """
    upwards = list(reversed(path))
    return [link for place in places for link in upwards if _at(place, link)]


def _at(place: ReviewingPlace, link: Link) -> bool:
    return link.kind == place.kind and place.level in (None, link.level)
