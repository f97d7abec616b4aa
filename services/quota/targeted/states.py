"""Where a targeted plan stands, and what can be done with it."""

from collections.abc import Mapping

from services.kit.words import Word
from services.quota.contract import TitleLevel


class PlanState(Word):
    """Where a targeted plan stands."""

    IN_FORCE = "IN_FORCE", "执行中"
    REPLACED = "REPLACED", "已被新核定替代"


class Action(Word):
    """What can be done with a targeted plan."""

    APPROVE = "APPROVE", "单独核定"
    REPLACE = "REPLACE", "由新核定替代"


class Group(Word):
    """The groups of levels that Annex 1 has a targeted ratio for."""

    SENIOR = "SENIOR", "高级"
    MIDDLE = "MIDDLE", "中级"


GROUPS: Mapping[Group, tuple[TitleLevel, ...]] = {
    Group.SENIOR: (TitleLevel.FULL_SENIOR, TitleLevel.ASSOCIATE_SENIOR),
    Group.MIDDLE: (TitleLevel.MIDDLE,),
}
"""The levels of each group: Annex 1 counts full and associate senior together."""
LEVELS = tuple(level for levels in GROUPS.values() for level in levels)
"""The levels that targeted posts are of."""


class Cell(Word):
    """What is typed of a level."""

    APPROVED = "approved", "核定岗位数"
    EMPLOYED = "employed", "人员聘任数"
    QUALIFIED_NOT_EMPLOYED = "qualified_not_employed", "已取得资格未聘人数"
