"""Where an import of a roster stands, what can be done with it, and what a row of a roster says of a person."""

from services.kit.words import Word


class ImportState(Word):
    """Where an import stands."""

    RECEIVING = "RECEIVING", "等待文件"
    RECEIVED = "RECEIVED", "已收到文件"
    CHECKED = "CHECKED", "校验完成"
    DONE = "DONE", "已导入"
    CANCELLED = "CANCELLED", "已取消"


OPEN = (ImportState.RECEIVING, ImportState.RECEIVED, ImportState.CHECKED)
"""States of an import that is on its way; a unit has at most one."""


class Action(Word):
    """What can be done with an import."""

    RECEIVE = "RECEIVE", "接收文件"
    CHECK = "CHECK", "校验"
    APPLY = "APPLY", "确认导入"
    CANCEL = "CANCEL", "取消"


class RosterStanding(Word):
    """What a row says of a person."""

    IN_POST = "IN_POST", "在岗"
    QUALIFIED = "QUALIFIED", "已取得资格未聘"


class Answer(Word):
    """Yes or no, as cells say it."""

    YES = "YES", "是"
    NO = "NO", "否"
