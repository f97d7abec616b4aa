"""What of a certificate may be corrected, where a correction stands, and what can be done with it."""

from services.kit.words import Word


class CorrectableField(Word):
    """What a certificate may tell wrongly; what a review here decided (level, series, day) is not among it."""

    HOLDER_NAME = "HOLDER_NAME", "姓名"
    UNIT_NAME = "UNIT_NAME", "工作单位"
    SPECIALTY = "SPECIALTY", "专业"
    NUMBER = "NUMBER", "证书编号"
    LEVEL = "LEVEL", "级别"
    OBTAINED_ON = "OBTAINED_ON", "取得时间"


class CorrectionState(Word):
    """Where a correction stands."""

    REQUESTED = "REQUESTED", "待办理"
    APPROVED = "APPROVED", "已更正"
    REFUSED = "REFUSED", "不予更正"
    WITHDRAWN = "WITHDRAWN", "申请已撤回"


class CorrectionAction(Word):
    """What can be done with a correction."""

    APPROVE = "APPROVE", "批准更正"
    REFUSE = "REFUSE", "决定不予更正"
    WITHDRAW = "WITHDRAW", "撤回申请"
