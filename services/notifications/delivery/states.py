"""Words of copies: where a copy of a notice stands on its way out, and what happens to it."""

from services.kit.words import Word


class CopyState(Word):
    """Where a copy stands; told from its columns, never stored."""

    WAITING = "WAITING", "待发送"
    SENT = "SENT", "已发送"
    HANDED_ON = "HANDED_ON", "已转下一渠道"
    DEAD = "DEAD", "多次发送失败，待人工处理"
    WITHDRAWN = "WITHDRAWN", "已撤回，不再发送"


class CopyAction(Word):
    """What happens to a copy."""

    SEND = "SEND", "发送成功"
    HAND_ON = "HAND_ON", "转下一渠道"
    GIVE_UP = "GIVE_UP", "停止发送"
    REDRIVE = "REDRIVE", "重新发送"
    WITHDRAW = "WITHDRAW", "撤回发送"
