"""States and actions of committees; the state of an expert in the pool."""

from collections.abc import Mapping
from enum import StrEnum


class CommitteeState(StrEnum):
    """Where a committee stands."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"


class CommitteeAction(StrEnum):
    """What can be done with a committee."""

    APPROVE = "APPROVE"


STATE_LABELS: Mapping[StrEnum, str] = {
    CommitteeState.PROPOSED: "待批准",
    CommitteeState.APPROVED: "已批准组建",
}
ACTION_LABELS: Mapping[StrEnum, str] = {
    CommitteeAction.APPROVE: "批准组建",
}
"""What officials call the states and the actions."""


def label(told: StrEnum) -> str:
    """What a state or an action is called; a state and an action may share a word, so the kind decides."""
    return (ACTION_LABELS if isinstance(told, CommitteeAction) else STATE_LABELS)[told]
