"""Where a meeting stands and what can be done to it."""

from services.kit.words import Word


class Kind(Word):
    """What a session is held for."""

    ORDINARY = "ORDINARY", "年度评审会议"
    SINGLE_CASE = "SINGLE_CASE", "一事一议"


class State(Word):
    """The way of a meeting (三（三）, 三（六）4)."""

    PREPARING = "PREPARING", "筹备中"
    PLAN_FILED = "PLAN_FILED", "评审工作方案已报备"
    DRAWN = "DRAWN", "已抽取评审专家"
    OPEN = "OPEN", "评审会议进行中（投票）"
    VOTED = "VOTED", "投票结束、已计票"
    RESULTS_PUBLIC = "RESULTS_PUBLIC", "评审结果公示"
    CANCELLED = "CANCELLED", "已取消"


class Action(Word):
    """A step of a meeting."""

    TABLE = "TABLE", "列入议程"
    FILE_PLAN = "FILE_PLAN", "报备评审工作方案"
    POSTPONE = "POSTPONE", "延期"
    DRAW = "DRAW", "随机抽取专家"
    OPEN = "OPEN", "开会"
    CLOSE_VOTE = "CLOSE_VOTE", "结束投票并计票"
    PUBLISH_RESULTS = "PUBLISH_RESULTS", "公示评审结果"
    CANCEL = "CANCEL", "取消"
