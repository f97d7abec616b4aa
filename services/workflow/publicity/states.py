"""What a publicity is about, where it stands, and the states of an objection."""

from collections.abc import Mapping
from enum import StrEnum


class PublicityKind(StrEnum):
    """What is publicised."""

    RECOMMENDATION = "RECOMMENDATION"  # 推荐公示
    RESULT = "RESULT"  # 评审结果公示


class PublicityState(StrEnum):
    """Where a publicity stands; told from its dates, its objections and its end, never stored."""

    OPEN = "OPEN"  # 公示中
    HELD = "HELD"  # 期满，异议未处理完毕
    OVER = "OVER"  # 期满无异议
    OBJECTED = "OBJECTED"  # 异议成立
    SETTLED = "SETTLED"  # 已据此作出决定
    CANCELLED = "CANCELLED"  # 已撤销


class Outcome(StrEnum):
    """How a publicity was ended by what it was about."""

    SETTLED = "SETTLED"  # 已据此作出决定
    CANCELLED = "CANCELLED"  # 已撤销


class ObjectionState(StrEnum):
    """Where an objection stands."""

    OPEN = "OPEN"
    UPHELD = "UPHELD"
    DISMISSED = "DISMISSED"


class ObjectionAction(StrEnum):
    """What can be done with an objection."""

    UPHOLD = "UPHOLD"
    DISMISS = "DISMISS"


STATE_LABELS: Mapping[StrEnum, str] = {
    ObjectionState.OPEN: "待处理",
    ObjectionState.UPHELD: "成立",
    ObjectionState.DISMISSED: "不成立",
}
ACTION_LABELS: Mapping[StrEnum, str] = {
    ObjectionAction.UPHOLD: "认定成立",
    ObjectionAction.DISMISS: "认定不成立",
}
"""What officials call the states and the actions."""


def label(told: StrEnum) -> str:
    """What a state or an action is called; a state and an action may share a word, so the kind decides."""
    return (ACTION_LABELS if isinstance(told, ObjectionAction) else STATE_LABELS)[told]
