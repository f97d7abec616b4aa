"""Where an organisation stands, and what its superior may do with it."""

from services.kit.words import Word


class State(Word):
    """Where an organisation stands."""

    ACTIVE = "ACTIVE", "使用中"
    CLOSED = "CLOSED", "已停用"
    MERGED = "MERGED", "已并入其他机构"


class Action(Word):
    """What its direct superior does with it."""

    RENAME = "RENAME", "更名"
    MOVE = "MOVE", "划转"
    MERGE = "MERGE", "合并"
    CLOSE = "CLOSE", "停用"
    REOPEN = "REOPEN", "恢复使用"


class Upkeep(Word):
    """What an organisation keeps right about itself."""

    UPDATE_CONTACT = "UPDATE_CONTACT", "维护联系信息"
    NAME_PERSON_IN_CHARGE = "NAME_PERSON_IN_CHARGE", "指定专人负责"
