"""The words by which a reviewer narrows the list of what waits."""

from services.kit.words import Word


class Due(Word):
    """How near the due day is."""

    SOON = "SOON", "即将到期"
    OVERDUE = "OVERDUE", "已逾期"


class Claimed(Word):
    """Who has it in hand."""

    ME = "me", "本人已领取"
    NOBODY = "nobody", "无人领取"
