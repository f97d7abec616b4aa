"""Words of the intake concept: what is imported, where an import stands, what can be done with it."""

from services.accounts.contract import ImportKind as Kind
from services.accounts.contract import ImportState as State
from services.kit.words import Word

__all__ = ["AT_WORK", "ENDED", "Action", "Kind", "Paper", "State"]


class Action(Word):
    """What can be done with an import."""

    RECEIVE = "RECEIVE", "接收文件"
    CLOSE_CHECK = "CLOSE_CHECK", "完成校验"
    RECHECK = "RECHECK", "重新校验"
    APPLY = "APPLY", "确认导入"
    FINISH = "FINISH", "完成导入"
    CANCEL = "CANCEL", "取消"
    FAIL = "FAIL", "中止"


class Paper(Word):
    """A file that can be fetched."""

    TEMPLATE = "TEMPLATE", "导入模板"
    REPORT = "REPORT", "未通过行清单"
    ACTIVATIONS = "ACTIVATIONS", "激活码清单"


AT_WORK = (State.CHECKING, State.APPLYING)
"""States in which the worker has something to do."""
ENDED = (State.DONE, State.CANCELLED, State.FAILED)
