"""What changes in an inbox, and why a stream of it ends."""

from services.kit.words import Word


class ChangeKind(Word):
    """What changed."""

    MESSAGE = "MESSAGE", "新消息"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    READ = "READ", "已读"
    READ_ALL = "READ_ALL", "全部已读"


class Ending(Word):
    """Why a stream ended."""

    RESTART = "RESTART", "服务重启"
    SLOW = "SLOW", "接收过慢"
    TOKEN_ENDED = "TOKEN_ENDED", "登录已失效"
    RIGHTS_CHANGED = "RIGHTS_CHANGED", "角色已变更"
