"""What a declaration came to by the day of a report, and as what a report is made."""

from services.kit.words import Word
from services.workflow.declaration.states import State


class Outcome(Word):
    """What a declaration came to by the day of a report."""

    PASSED = "PASSED", "评审通过"
    NOT_PASSED = "NOT_PASSED", "评审未通过"
    UNDER_WAY = "UNDER_WAY", "办理中"
    OVER = "OVER", "其他终止"


class By(Word):
    """By what declarations are counted."""

    LEVEL = "LEVEL", "层级"
    SERIES = "SERIES", "系列"
    PREFECTURE = "PREFECTURE", "市州"
    STATE = "STATE", "环节"


class SeasonFormat(Word):
    """As what a report is made."""

    SVG = "SVG", "矢量图"
    PNG = "PNG", "图片"
    PDF = "PDF", "PDF 文件"
    XLSX = "XLSX", "电子表格"


OUTCOMES: dict[State, Outcome] = {
    **dict.fromkeys((State.PASSED, State.IN_RESULT_PUBLICITY, State.CERTIFIED), Outcome.PASSED),
    State.NOT_PASSED: Outcome.NOT_PASSED,
    **dict.fromkeys(
        (State.ENDED, State.REFUSED, State.WITHDRAWN, State.LAPSED, State.DISQUALIFIED), Outcome.OVER
    ),
    **dict.fromkeys(
        (
            *(State.DRAFT, State.UNDER_REVIEW, State.RETURNED, State.AT_COMMITTEE_OFFICE),
            *(State.ACCEPTED, State.IN_MEETING),
        ),
        Outcome.UNDER_WAY,
    ),
}
"""What each state means; every one is named."""


def states_of(outcome: Outcome) -> list[State]:
    """The states that mean it."""
    return [state for state in State if OUTCOMES[state] is outcome]
