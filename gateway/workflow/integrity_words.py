"""Words of integrity: what was done, what a case rests on, where it stands (一（八）)."""

from enum import Enum

from gateway.words import terms


@terms("What was done (失信情形).")
class Misconduct(Enum):
    """Kind of misconduct."""

    COPYING = "抄袭"
    PLAGIARISM = "剽窃"
    IMPROPER_AUTHORSHIP = "不当署名"
    GHOSTWRITING = "论文代写代发"
    SHAM_PUBLICATION = "虚假刊发"
    FORGED_MATERIALS = "伪造材料"
    FALSE_STATEMENT = "虚报业绩"


@terms("What a case rests on.")
class IntegrityCaseGround(Enum):
    """Ground of a case."""

    REPORT = "查实的举报"
    OBJECTION = "成立的异议"
    FINDING = "监督处理"
    COMPLAINT = "投诉"
    EX_OFFICIO = "依职权"


@terms("Where a case stands.")
class IntegrityCaseState(Enum):
    """State of a case."""

    RECEIVED = "已收到投诉"
    NOT_TAKEN_UP = "不予立案"
    INVESTIGATING = "调查中"
    TO_BE_HEARD = "已告知，待陈述申辩"
    HEARD = "已陈述申辩"
    CLEARED = "未认定失信"
    DECIDED = "已认定并处理"
    APPEALED = "申诉复核中"
    UPHELD = "经复核维持"
    SHORTENED = "经复核缩短取消资格期限"
    REVERSED = "经复核已撤销处理"


@terms("What can be done with a case.")
class IntegrityCaseAction(Enum):
    """Action on a case."""

    IDENTIFY = "查明所指人员或证书"
    TAKE_UP = "立案调查"
    DECLINE = "决定不予立案"
    NOTIFY = "告知拟认定的事实"
    STATE = "陈述申辩"
    CLEAR = "认定不成立"
    DECIDE = "认定并作出处理"
    APPEAL = "申诉"
    UPHOLD = "维持原处理"
    REVERSE = "撤销原处理"
    SHORTEN = "维持认定，缩短取消资格期限"
    ESCALATE = "逾期未办理报告上级"
    LINK = "查明持证人"


@terms("The steps of who investigates that need no more than a reason.")
class IntegrityCaseCheck(Enum):
    """Action of the check."""

    TAKE_UP = "立案调查"
    DECLINE = "决定不予立案"
    CLEAR = "认定不成立"


@terms("What a line of the archive tells.")
class IntegrityRecordKind(Enum):
    """Kind of a line."""

    FOUND = "认定失信"
    LINKED = "查明持证人"
    SHORTENED = "缩短取消资格期限"
    REVERSED = "撤销认定"
