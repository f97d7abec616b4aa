"""What a publicity is about, where it stands, and the states of an objection."""

from services.kit.words import Word


class PublicityKind(Word):
    """What is publicised."""

    RECOMMENDATION = "RECOMMENDATION", "推荐公示"
    RESULT = "RESULT", "评审结果公示"


class PublicityState(Word):
    """Where a publicity stands; told from its dates, its objections and its end, never stored."""

    OPEN = "OPEN", "公示中"
    HELD = "HELD", "期满，异议未处理完毕"
    OVER = "OVER", "期满无异议"
    OBJECTED = "OBJECTED", "异议成立"
    SETTLED = "SETTLED", "已据此作出决定"
    CANCELLED = "CANCELLED", "已撤销"


class Outcome(Word):
    """How a publicity was ended by what it was about."""

    SETTLED = PublicityState.SETTLED.value, PublicityState.SETTLED.zh
    CANCELLED = PublicityState.CANCELLED.value, PublicityState.CANCELLED.zh


class ObjectionState(Word):
    """Where an objection stands."""

    OPEN = "OPEN", "待处理"
    UPHELD = "UPHELD", "成立"
    DISMISSED = "DISMISSED", "不成立"


class ObjectionAction(Word):
    """What can be done with an objection."""

    UPHOLD = "UPHOLD", "认定成立"
    DISMISS = "DISMISS", "认定不成立"
