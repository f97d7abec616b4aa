"""Where a question to a credit platform stands; told from its columns, never stored."""

from services.kit.words import Word


class CheckState(Word):
    """Where a check stands."""

    WAITING = "WAITING", "待平台答复"
    ANSWERED = "ANSWERED", "平台已答复"
    DROPPED = "DROPPED", "不再查询"
