"""Words of lists of entitled people."""

from services.kit.words import Word


class ListState(Word):
    """Where a list stands; it counts once it is published."""

    DRAFT = "DRAFT", "拟定"
    PUBLISHED = "PUBLISHED", "已公布"


class ListAction(Word):
    """What can be done with a list."""

    ADD = "ADD", "列入人员"
    REMOVE = "REMOVE", "移出人员"
    PUBLISH = "PUBLISH", "公布名单"
