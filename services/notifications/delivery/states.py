"""Words of copies: where a copy of a notice stands on its way out, and how urgent it is."""

from enum import IntEnum

from services.kit.words import Word


class CopyState(Word):
    """Where a copy stands; told from its columns, never stored."""

    WAITING = "WAITING", "待发送"
    SENT = "SENT", "已发送"
    HANDED_ON = "HANDED_ON", "已转下一渠道"
    DEAD = "DEAD", "多次发送失败，待人工处理"


class CopyAction(Word):
    """What happens to a copy."""

    SEND = "SEND", "发送成功"
    HAND_ON = "HAND_ON", "转下一渠道"
    GIVE_UP = "GIVE_UP", "停止发送"
    REDRIVE = "REDRIVE", "重新发送"


class Priority(IntEnum):
    """Which goes first: one's own, what the law wants told before the rest; then what many hear, in the same order."""

    LEGAL = 0
    ORDINARY = 1
    LEGAL_TO_MANY = 2
    TO_MANY = 3
