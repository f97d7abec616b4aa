"""States, actions and windows of the year's cycle, of specialties and of arrangements."""

from services.kit.words import Word


class CycleState(Word):
    """Where a year's review stands."""

    PREPARED = "PREPARED", "已建立"
    OPEN = "OPEN", "已启动"
    CLOSED = "CLOSED", "已结束"


class CycleAction(Word):
    """What can be done with a cycle."""

    OPEN = "OPEN", "启动"
    CLOSE = "CLOSE", "结束"


class Window(Word):
    """The periods of a year's run (三（六）); RUN is the whole of it."""

    RUN = "RUN", "年度评审工作"
    ARRANGE = "ARRANGE", "安排部署"
    PLAN = "PLAN", "公布推荐方案"
    RECOMMEND = "RECOMMEND", "单位推荐"
    DECLARE = "DECLARE", "个人申报"
    REVIEW = "REVIEW", "逐级审核"
    MEET = "MEET", "评审会议"
    FILE = "FILE", "评审备案"


IN_TURN: tuple[Window, ...] = (
    Window.RECOMMEND,
    Window.DECLARE,
    Window.REVIEW,
    Window.MEET,
    Window.FILE,
)
"""Windows of which each takes up what the one before leaves: none may outlast the next."""


class ExtensionState(Word):
    """Where the extension of a window stands; it opens nothing before it is published."""

    APPROVED = "APPROVED", "已批准"
    PUBLISHED = "PUBLISHED", "已公布"
    WITHDRAWN = "WITHDRAWN", "已撤回"


class ExtensionAction(Word):
    """What can be done with an extension."""

    PUBLISH = "PUBLISH", "公布"
    WITHDRAW = "WITHDRAW", "撤回"


class SpecialtyState(Word):
    """Where a review specialty stands."""

    PROPOSED = "PROPOSED", "待备案"
    FILED = "FILED", "已备案"
    WITHDRAWAL_PROPOSED = "WITHDRAWAL_PROPOSED", "拟撤销，待备案"
    ADJUSTED = "ADJUSTED", "已调整"
    WITHDRAWN = "WITHDRAWN", "已撤销"


USABLE = frozenset({SpecialtyState.FILED, SpecialtyState.WITHDRAWAL_PROPOSED})
"""On file with the province, until what adjusts or withdraws it is on file too."""


class SpecialtyAction(Word):
    """What can be done with a specialty."""

    FILE = "FILE", "备案"
    ADJUST = "ADJUST", "调整"
    WITHDRAW = "WITHDRAW", "申请撤销"
    RETRACT = "RETRACT", "撤回申请"
    REFUSE = "REFUSE", "不予备案"


class ArrangementState(Word):
    """Where the arrangement of a series stands."""

    DRAFT = "DRAFT", "起草"
    PUBLISHED = "PUBLISHED", "已公布"


class ArrangementAction(Word):
    """What can be done with an arrangement."""

    PUBLISH = "PUBLISH", "公布"


class DecidedBy(Word):
    """How a level of a series is obtained."""

    REVIEW = "REVIEW", "评审"
    EXAMINATION = "EXAMINATION", "以考代评"
    EXAMINATION_AND_REVIEW = "EXAMINATION_AND_REVIEW", "考评结合"
