"""States and actions of review criteria."""

from collections.abc import Mapping
from enum import StrEnum


class CriteriaState(StrEnum):
    """Where a version of criteria stands."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    PUBLISHED = "PUBLISHED"


class CriteriaAction(StrEnum):
    """What can be done with criteria."""

    APPROVE = "APPROVE"
    PUBLISH = "PUBLISH"


STATE_LABELS: Mapping[StrEnum, str] = {
    CriteriaState.PROPOSED: "待批准",
    CriteriaState.APPROVED: "已批准",
    CriteriaState.PUBLISHED: "已公布",
}
ACTION_LABELS: Mapping[StrEnum, str] = {
    CriteriaAction.APPROVE: "批准",
    CriteriaAction.PUBLISH: "公布",
}
"""What officials call the states and the actions."""


def label(told: StrEnum) -> str:
    """What a state or an action is called; a state and an action may share a word, so the kind decides."""
    return (ACTION_LABELS if isinstance(told, CriteriaAction) else STATE_LABELS)[told]
