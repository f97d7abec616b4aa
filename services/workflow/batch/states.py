"""Words of batches."""

from services.kit.words import Word
from services.workflow.cycle.states import Window


class BatchState(Word):
    """Where a batch stands; it takes declarations once it is published."""

    DRAFT = "DRAFT", "拟定"
    PUBLISHED = "PUBLISHED", "已公布"
    WITHDRAWN = "WITHDRAWN", "已撤回"


class BatchAction(Word):
    """What can be done with a batch."""

    PUBLISH = "PUBLISH", "公布"
    WITHDRAW = "WITHDRAW", "撤回"


WINDOWS: tuple[Window, ...] = (Window.DECLARE, Window.REVIEW, Window.MEET)
"""The windows that a batch has of its own, in turn; all others are the cycle's."""
