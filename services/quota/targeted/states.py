"""Where a targeted plan stands, and what can be done with it."""

from services.kit.words import Word


class PlanState(Word):
    """Where a targeted plan stands."""

    IN_FORCE = "IN_FORCE", "执行中"
    REPLACED = "REPLACED", "已被新核定替代"


class Action(Word):
    """What can be done with a targeted plan."""

    REPLACE = "REPLACE", "由新核定替代"
