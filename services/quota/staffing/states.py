"""Why the staffing of a unit moves, and what is counted of it (附件2)."""

from services.kit.words import Word


class Cause(Word):
    """Why an entry is made."""

    PLAN_SET = "PLAN_SET", "核定岗位"
    OPENING_POST = "OPENING_POST", "期初在岗"
    OPENING_QUALIFIED = "OPENING_QUALIFIED", "期初已取得资格未聘"
    QUALIFIED = "QUALIFIED", "取得资格"
    EMPLOYED = "EMPLOYED", "聘任"
    PROMOTED = "PROMOTED", "晋升聘任"
    LOWERED = "LOWERED", "低聘"
    REGRADED = "REGRADED", "岗位等级调整"
    RELEASED = "RELEASED", "解聘"
    TRANSFERRED_IN = "TRANSFERRED_IN", "调入"
    RETIRED = "RETIRED", "退休"
    TRANSFERRED_OUT = "TRANSFERRED_OUT", "调出"
    RESIGNED = "RESIGNED", "辞职"
    DECEASED = "DECEASED", "死亡"
    POST_DECISION = "POST_DECISION", "占岗认定"
    REVERSAL = "REVERSAL", "冲正"


EXITS = (Cause.RETIRED, Cause.TRANSFERRED_OUT, Cause.RESIGNED, Cause.DECEASED)
"""Causes by which a person leaves the unit."""
OPENINGS = (Cause.OPENING_POST, Cause.OPENING_QUALIFIED)
"""Causes that tell how things stood when the ledger was begun."""
FILED = (Cause.EMPLOYED, Cause.PROMOTED, Cause.LOWERED, Cause.TRANSFERRED_IN)
"""Causes that put a person on a post anew; on a targeted one that is filed with the province (一（四）1)."""


class Measure(Word):
    """What is counted per level."""

    APPROVED = "APPROVED", "核准岗位数"
    EMPLOYED = "EMPLOYED", "人员聘任数"
    QUALIFIED = "QUALIFIED", "已取得资格未聘人数"
    EXIT = "EXIT", "退出人数"
