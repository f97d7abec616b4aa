"""Where a material stands, and what a reviewer can find of it."""

from services.kit.words import Word


class MaterialState(Word):
    """Where a material stands."""

    AWAITING_FILE = "AWAITING_FILE", "待上传"
    STORED = "STORED", "已上传"
    REPLACED = "REPLACED", "已被替换"
    REMOVED = "REMOVED", "已删除"


class Verdict(Word):
    """What a reviewer finds of a material."""

    SOUND = "SOUND", "真实有效"
    DEFICIENT = "DEFICIENT", "有问题"
