"""`avoidance.yaml`: how many requests for avoidance an applicant may make, and whether one counts that nobody decided."""

from typing import ClassVar

from pydantic import Field

from services.kit.policy import Entry, PolicyFile
from services.workflow.avoidance.steps import ARTICLES


class Requests(Entry):
    """Requests of one declaration; those withdrawn or rejected are counted, so that nobody tries names."""

    per_declaration: int = Field(ge=1)
    undecided_count: bool
    cite: str


class AvoidancePolicy(PolicyFile):
    """What the notice and its neighbours say about avoidance."""

    used: ClassVar[frozenset[str]] = ARTICLES

    requests: Requests
