"""Where a meeting stands and what can be done to it."""

from enum import StrEnum


class State(StrEnum):
    """The way of a meeting (三（三）, 三（六）4)."""

    PREPARING = "PREPARING"  # 筹备中
    PLAN_FILED = "PLAN_FILED"  # 评审工作方案已报备
    DRAWN = "DRAWN"  # 已抽取评审专家
    OPEN = "OPEN"  # 评审会议进行中（投票）
    VOTED = "VOTED"  # 投票结束、已计票
    RESULTS_PUBLIC = "RESULTS_PUBLIC"  # 评审结果公示


class Action(StrEnum):
    """A step of a meeting."""

    TABLE = "TABLE"  # 列入议程
    FILE_PLAN = "FILE_PLAN"  # 报备评审工作方案
    POSTPONE = "POSTPONE"  # 延期
    DRAW = "DRAW"  # 随机抽取专家
    OPEN = "OPEN"  # 开会
    CLOSE_VOTE = "CLOSE_VOTE"  # 结束投票并计票
    PUBLISH_RESULTS = "PUBLISH_RESULTS"  # 公示评审结果


STATE_LABELS = {
    State.PREPARING: "筹备中",
    State.PLAN_FILED: "评审工作方案已报备",
    State.DRAWN: "已抽取评审专家",
    State.OPEN: "评审会议进行中",
    State.VOTED: "投票结束",
    State.RESULTS_PUBLIC: "评审结果公示",
}

ACTION_LABELS = {
    Action.TABLE: "列入议程",
    Action.FILE_PLAN: "报备评审工作方案",
    Action.POSTPONE: "延期",
    Action.DRAW: "随机抽取专家",
    Action.OPEN: "开会",
    Action.CLOSE_VOTE: "结束投票并计票",
    Action.PUBLISH_RESULTS: "公示评审结果",
}


def label(told: StrEnum) -> str:
    """What a state or an action of a meeting is called; the two share a word, so the kind decides."""
    return ACTION_LABELS[told] if isinstance(told, Action) else STATE_LABELS[State(told)]
