"""Where a decision on numbers stands, and what can be done with it."""

from services.kit.words import Word


class DecisionState(Word):
    """Where a decision stands."""

    IN_FORCE = "IN_FORCE", "执行中"
    REPLACED = "REPLACED", "已被新决定替代"
    ENDED = "ENDED", "已终止"


class Action(Word):
    """What can be done with a decision."""

    DECIDE = "DECIDE", "确定申报数量"
    REPLACE = "REPLACE", "由新决定替代"
    END = "END", "终止执行"
