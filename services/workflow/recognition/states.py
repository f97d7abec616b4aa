"""Where a request for recognition stands, what can be done with it, and the words of what is asked and found."""

from services.kit.words import Word


class Source(Word):
    """What kind of title is recognised (一（六）)."""

    PROVINCE = "PROVINCE", "外省（自治区、直辖市）全省统一使用的专业技术资格"
    MINISTRY = "MINISTRY", "中央部委核准的专业技术资格"
    VOCATIONAL_QUALIFICATION = "VOCATIONAL_QUALIFICATION", "国家职业资格"


class Wish(Word):
    """What the recognition is for."""

    INTERNAL_USE = "INTERNAL_USE", "单位内部使用"
    FORMAL_CONFIRMATION = "FORMAL_CONFIRMATION", "办理确认手续"


class How(Word):
    """How a title was verified (审验方式)."""

    ONLINE_QUERY = "ONLINE_QUERY", "网上查询"
    LETTER = "LETTER", "函询"
    ORIGINAL = "ORIGINAL", "核对原件"


class RecognitionState(Word):
    """Where a request stands."""

    UNDER_VERIFICATION = "UNDER_VERIFICATION", "待审验"
    RETURNED = "RETURNED", "退回待补正"
    AT_EMPLOYER = "AT_EMPLOYER", "待用人单位确认"
    CONFIRMED = "CONFIRMED", "已确认发证"
    IN_USE = "IN_USE", "单位内部使用"
    REFUSED = "REFUSED", "审验未通过"
    DECLINED = "DECLINED", "用人单位未确认"
    WITHDRAWN = "WITHDRAWN", "已撤回"


LIVE = (RecognitionState.UNDER_VERIFICATION, RecognitionState.RETURNED, RecognitionState.AT_EMPLOYER)
"""States in which somebody still has to act; of a title there is one such request."""


class RecognitionAction(Word):
    """What can be done with a request."""

    SUBMIT = "SUBMIT", "提出申请"
    RESUBMIT = "RESUBMIT", "补正后再次提出"
    VERIFY = "VERIFY", "审验通过"
    RETURN = "RETURN", "退回补正"
    REFUSE = "REFUSE", "审验不予通过"
    CONFIRM = "CONFIRM", "确认"
    DECLINE = "DECLINE", "不予确认"
    WITHDRAW = "WITHDRAW", "撤回申请"
    ESCALATE = "ESCALATE", "逾期上报"
