"""What a publicity is about, where it stands, and the states of an objection."""

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

    OPEN = "OPEN"  # 待处理
    UPHELD = "UPHELD"  # 成立
    DISMISSED = "DISMISSED"  # 不成立


class ObjectionAction(StrEnum):
    """What can be done with an objection."""

    UPHOLD = "UPHOLD"  # 认定成立
    DISMISS = "DISMISS"  # 认定不成立
