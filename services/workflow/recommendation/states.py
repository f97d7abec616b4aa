"""States and actions of recommendation plans and recommendations."""

from collections.abc import Mapping
from enum import StrEnum


class PlanState(StrEnum):
    """Where a unit's plan stands."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"


class PlanAction(StrEnum):
    """What can be done with a plan."""

    PUBLISH = "PUBLISH"


class RecommendationState(StrEnum):
    """Where a recommendation stands."""

    RESERVED = "RESERVED"
    IN_PUBLICITY = "IN_PUBLICITY"
    CONFIRMED = "CONFIRMED"
    WITHDRAWN = "WITHDRAWN"


class RecommendationAction(StrEnum):
    """What can be done with a recommendation."""

    PUBLICISE = "PUBLICISE"
    CONFIRM = "CONFIRM"
    WITHDRAW = "WITHDRAW"


LIVE = frozenset(
    {RecommendationState.RESERVED, RecommendationState.IN_PUBLICITY, RecommendationState.CONFIRMED}
)
"""States in which a recommendation holds a post, and the person's one place in the year."""


STATE_LABELS: Mapping[StrEnum, str] = {
    PlanState.DRAFT: "起草",
    PlanState.PUBLISHED: "已公布",
    RecommendationState.RESERVED: "已预留岗位",
    RecommendationState.IN_PUBLICITY: "公示中",
    RecommendationState.CONFIRMED: "已推荐",
    RecommendationState.WITHDRAWN: "已撤回",
}
ACTION_LABELS: Mapping[StrEnum, str] = {
    PlanAction.PUBLISH: "公布",
    RecommendationAction.PUBLICISE: "公示",
    RecommendationAction.CONFIRM: "确认推荐",
    RecommendationAction.WITHDRAW: "撤回推荐",
}
"""What officials call the states and the actions."""


def label(told: StrEnum) -> str:
    """What a state or an action is called; a state and an action may share a word, so the kind decides."""
    return (ACTION_LABELS if isinstance(told, PlanAction | RecommendationAction) else STATE_LABELS)[told]
