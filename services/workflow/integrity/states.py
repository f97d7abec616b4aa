"""What misconduct there is, what a case rests on, where it stands, and what can be done with it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.kit.words import Word


class Misconduct(Word):
    """What was done (学术不端、弄虚作假的情形)."""

    COPYING = "COPYING", "抄袭"
    PLAGIARISM = "PLAGIARISM", "剽窃"
    IMPROPER_AUTHORSHIP = "IMPROPER_AUTHORSHIP", "不当署名"
    GHOSTWRITING = "GHOSTWRITING", "论文代写代发"
    SHAM_PUBLICATION = "SHAM_PUBLICATION", "虚假刊发"
    FORGED_MATERIALS = "FORGED_MATERIALS", "伪造材料"
    FALSE_STATEMENT = "FALSE_STATEMENT", "虚报业绩"


class Ground(Word):
    """What a case rests on."""

    REPORT = "REPORT", "查实的举报"
    OBJECTION = "OBJECTION", "成立的异议"
    FINDING = "FINDING", "监督处理"
    COMPLAINT = "COMPLAINT", "投诉"
    EX_OFFICIO = "EX_OFFICIO", "依职权"


class CaseState(Word):
    """Where a case stands."""

    RECEIVED = "RECEIVED", "已收到投诉"
    NOT_TAKEN_UP = "NOT_TAKEN_UP", "不予立案"
    INVESTIGATING = "INVESTIGATING", "调查中"
    TO_BE_HEARD = "TO_BE_HEARD", "已告知，待陈述申辩"
    HEARD = "HEARD", "已陈述申辩"
    CLEARED = "CLEARED", "未认定失信"
    DECIDED = "DECIDED", "已认定并处理"
    APPEALED = "APPEALED", "申诉复核中"
    UPHELD = "UPHELD", "经复核维持"
    SHORTENED = "SHORTENED", "经复核缩短取消资格期限"
    REVERSED = "REVERSED", "经复核已撤销处理"


class CaseAction(Word):
    """What can be done with a case."""

    IDENTIFY = "IDENTIFY", "查明所指人员或证书"
    TAKE_UP = "TAKE_UP", "立案调查"
    DECLINE = "DECLINE", "决定不予立案"
    NOTIFY = "NOTIFY", "告知拟认定的事实"
    STATE = "STATE", "陈述申辩"
    CLEAR = "CLEAR", "认定不成立"
    DECIDE = "DECIDE", "认定并作出处理"
    APPEAL = "APPEAL", "申诉"
    UPHOLD = "UPHOLD", "维持原处理"
    REVERSE = "REVERSE", "撤销原处理"
    ESCALATE = "ESCALATE", "逾期未办理报告上级"
    SHORTEN = "SHORTEN", "维持认定，缩短取消资格期限"
    LINK = "LINK", "查明持证人"


class CheckAction(Word):
    """The steps of who investigates that need no more than a reason."""

    TAKE_UP = CaseAction.TAKE_UP.value, CaseAction.TAKE_UP.zh
    DECLINE = CaseAction.DECLINE.value, CaseAction.DECLINE.zh
    CLEAR = CaseAction.CLEAR.value, CaseAction.CLEAR.zh


class RecordKind(Word):
    """What a line of the archive tells."""

    FOUND = "FOUND", "认定失信"
    LINKED = "LINKED", "查明持证人"
    SHORTENED = "SHORTENED", "缩短取消资格期限"
    REVERSED = "REVERSED", "撤销认定"


TOLD = frozenset(CaseState) - {CaseState.RECEIVED, CaseState.NOT_TAKEN_UP, CaseState.INVESTIGATING}
"""States in which the person knows of the case: from the moment he or she is to be heard."""

INVESTIGATED = (CaseState.INVESTIGATING, CaseState.TO_BE_HEARD, CaseState.HEARD)
"""States in which it is not known yet whether there was misconduct: the declaration of the case waits."""

FOUND = (CaseState.DECIDED, CaseState.APPEALED, CaseState.UPHELD, CaseState.SHORTENED)
"""States in which misconduct was found, and nobody took it back."""

ACQUITTED = (CaseState.CLEARED, CaseState.REVERSED)
"""States in which what the case rested on counts for nothing any more."""


OVER = frozenset({CaseState.NOT_TAKEN_UP, CaseState.CLEARED, CaseState.REVERSED})
"""States in which nothing is done with a case any more."""


@dataclass(frozen=True, slots=True)
class Charge:
    """Where the case about a declaration stands, and by which document misconduct was found, if it was."""

    state: CaseState
    document_number: str | None


@dataclass(frozen=True, slots=True)
class Bar:
    """That a person declares nothing from a day to a day, both included, by a decision."""

    person_id: UUID
    begins: date
    ends: date
    document_number: str
