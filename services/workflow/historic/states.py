"""Where an import of historic certificates stands, and what can be done with it."""

from services.kit.words import Word


class ImportState(Word):
    """Where an import stands."""

    RECEIVING = "RECEIVING", "等待文件"
    CHECKING = "CHECKING", "校验中"
    CHECKED = "CHECKED", "校验完成"
    APPLYING = "APPLYING", "导入中"
    DONE = "DONE", "已导入"
    CANCELLED = "CANCELLED", "已取消"
    FAILED = "FAILED", "已中止"
    TAKING_BACK = "TAKING_BACK", "撤回中"
    TAKEN_BACK = "TAKEN_BACK", "已撤回"


class ImportAction(Word):
    """What can be done with an import."""

    RECEIVE = "RECEIVE", "接收文件"
    CLOSE_CHECK = "CLOSE_CHECK", "完成校验"
    APPLY = "APPLY", "确认导入"
    FINISH = "FINISH", "完成导入"
    RECHECK = "RECHECK", "重新校验"
    CANCEL = "CANCEL", "取消"
    FAIL = "FAIL", "中止"
    TAKE_BACK = "TAKE_BACK", "撤回"
    CLOSE_TAKE_BACK = "CLOSE_TAKE_BACK", "完成撤回"


class Asked(Word):
    """What a caller asks for; the file comes by a link, and the rest the platform does by itself."""

    APPLY = "APPLY", "确认导入"
    CANCEL = "CANCEL", "取消"
    TAKE_BACK = "TAKE_BACK", "撤回"


AT_WORK = (ImportState.CHECKING, ImportState.APPLYING, ImportState.TAKING_BACK)
"""States in which the worker has something to do."""
