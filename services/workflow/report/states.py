"""Where a report stands, and what can be done with it."""

from services.kit.words import Word


class ReportState(Word):
    """Where a report stands."""

    RECEIVED = "RECEIVED", "已收到"
    CHECKING = "CHECKING", "核查中"
    NOT_TAKEN_UP = "NOT_TAKEN_UP", "不予受理"
    FOUNDED = "FOUNDED", "查实"
    UNFOUNDED = "UNFOUNDED", "查无实据"


HOLDING = (ReportState.CHECKING, ReportState.FOUNDED)
"""In which states it holds what it is about."""


class ReportAction(Word):
    """What can be done with a report."""

    TAKE_UP = "TAKE_UP", "受理核查"
    DECLINE = "DECLINE", "决定不予受理"
    UPHOLD = "UPHOLD", "认定属实"
    DISMISS = "DISMISS", "认定不属实"
    ESCALATE = "ESCALATE", "逾期未核查报告上级"
