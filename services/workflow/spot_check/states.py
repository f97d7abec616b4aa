"""Where a spot check and each of its items stand, and what can be done with them."""

from services.kit.words import Word


class SpotCheckState(Word):
    """Where a spot check stands."""

    ORDERED = "ORDERED", "已部署，待抽取"
    UNDER_WAY = "UNDER_WAY", "抽查进行中"
    CLOSED = "CLOSED", "抽查已办结"
    CANCELLED = "CANCELLED", "抽查已取消"


class SpotCheckAction(Word):
    """What can be done with a spot check."""

    DRAW = "DRAW", "锁定范围并随机抽取"
    CLOSE = "CLOSE", "办结抽查"
    CANCEL = "CANCEL", "取消抽查"


class ItemState(Word):
    """Where an item of the work list stands."""

    WAITING = "WAITING", "待领取检查"
    IN_HAND = "IN_HAND", "检查中"
    IN_ORDER = "IN_ORDER", "检查未发现问题"
    FOUND = "FOUND", "检查发现问题，已作处理"


class ItemAction(Word):
    """What can be done with an item."""

    TAKE = "TAKE", "领取检查"
    RELEASE = "RELEASE", "放回检查清单"
    CLEAR = "CLEAR", "认定未发现问题"
    FIND = "FIND", "认定有问题并作出处理"


VERDICTS = frozenset({ItemState.IN_ORDER, ItemState.FOUND})
"""States in which an item has its verdict."""
