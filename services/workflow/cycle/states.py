"""States, actions and windows of the year's cycle, of specialties and of arrangements."""

from collections.abc import Mapping
from enum import StrEnum


class CycleState(StrEnum):
    """Where a year's review stands."""

    PREPARED = "PREPARED"
    OPEN = "OPEN"


class CycleAction(StrEnum):
    """What can be done with a cycle."""

    OPEN = "OPEN"


class Window(StrEnum):
    """The periods of a year's run (三（六）); RUN is the whole of it."""

    RUN = "RUN"  # 年度评审工作
    ARRANGE = "ARRANGE"  # 安排部署
    PLAN = "PLAN"  # 公布推荐方案
    RECOMMEND = "RECOMMEND"  # 单位推荐
    DECLARE = "DECLARE"  # 个人申报
    REVIEW = "REVIEW"  # 逐级审核
    MEET = "MEET"  # 评审会议
    FILE = "FILE"  # 评审备案


class SpecialtyState(StrEnum):
    """Where a review specialty stands."""

    PROPOSED = "PROPOSED"
    FILED = "FILED"


class SpecialtyAction(StrEnum):
    """What can be done with a specialty."""

    FILE = "FILE"


class ArrangementState(StrEnum):
    """Where the arrangement of a series stands."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"


class ArrangementAction(StrEnum):
    """What can be done with an arrangement."""

    PUBLISH = "PUBLISH"


class DecidedBy(StrEnum):
    """How a level of a series is obtained."""

    REVIEW = "REVIEW"  # 评审
    EXAMINATION = "EXAMINATION"  # 以考代评
    EXAMINATION_AND_REVIEW = "EXAMINATION_AND_REVIEW"  # 考评结合


STATE_LABELS: Mapping[StrEnum, str] = {
    CycleState.PREPARED: "已建立",
    CycleState.OPEN: "已启动",
    SpecialtyState.PROPOSED: "待备案",
    SpecialtyState.FILED: "已备案",
    ArrangementState.DRAFT: "起草",
    ArrangementState.PUBLISHED: "已公布",
}
ACTION_LABELS: Mapping[StrEnum, str] = {
    CycleAction.OPEN: "启动",
    SpecialtyAction.FILE: "备案",
    ArrangementAction.PUBLISH: "公布",
}
"""What officials call the states and the actions."""


def label(told: StrEnum) -> str:
    """What a state or an action is called; a state and an action may share a word, so the kind decides."""
    return (
        ACTION_LABELS if isinstance(told, CycleAction | SpecialtyAction | ArrangementAction) else STATE_LABELS
    )[told]
