"""Which organisations review a declaration in turn: computed from its line of organisations by the policy."""

from collections.abc import Sequence
from itertools import dropwhile
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

    `path` runs from the root to the department or unit, and is itself the order: a department above a unit (the
    division that private technical schools belong to, 附件3 三（二）) reviews after it. `places` says who of them review.
    """
    return [link for link in reversed(path) if any(place.is_at(link.kind, link.level) for place in places)]


def beginning_at(chain: Sequence[Link], first: ReviewingPlace) -> list[Link]:
    """The chain of who declares directly: from `first` on; empty where none of its bodies is of that kind (二（二）2)."""
    return list(dropwhile(lambda link: not first.is_at(link.kind, link.level), chain))
