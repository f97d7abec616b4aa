"""Where a recalculation stands, what can be done with it, and what Annex 1 says of a unit in it."""

from services.kit.words import Word


class RecalculationState(Word):
    """Where a recalculation stands."""

    COLLECTING = "COLLECTING", "收集单位信息"
    COUNTING = "COUNTING", "逐单位测算"
    DONE = "DONE", "已完成"
    STOPPED = "STOPPED", "已停止"


AT_WORK = (RecalculationState.COLLECTING, RecalculationState.COUNTING)
"""States in which the worker has something to do; a year has one such recalculation at most."""


class Action(Word):
    """What can be done with a recalculation."""

    COUNT = "COUNT", "开始测算"
    FINISH = "FINISH", "完成测算"
    STOP = "STOP", "停止测算"


class RatioFound(Word):
    """What Annex 1 says of a unit."""

    ROW = "ROW", "适用表中一行"
    NO_ROW = "NO_ROW", "附件1 未列"
    OTHER_RULE = "OTHER_RULE", "基层医疗卫生机构，另按有关文件核定"
