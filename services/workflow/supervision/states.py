"""By what an approval is conspicuous, where a flag stands, and what supervisors find."""

from services.kit.words import Word


class Ground(Word):
    """Why the pace of an approval is implausible."""

    HASTY = "HASTY", "打开材料后过快通过"
    BURST = "BURST", "短时间内通过过多"


class Group(Word):
    """Of whom figures are told."""

    REVIEWER = "REVIEWER", "审核人"
    ORGANISATION = "ORGANISATION", "审核机构"


class Sign(Word):
    """A sign of one-click pushing, told as a share."""

    UNOPENED = "UNOPENED", "本轮未打开的材料"
    BRIEF = "BRIEF", "一闪而过的打开"
    SEQUENCE = "SEQUENCE", "连续快速通过"
    REPEATED = "REPEATED", "雷同的审核意见"


class ChartFormat(Word):
    """As what a chart is made."""

    SVG = "SVG", "矢量图"
    PNG = "PNG", "图片"


class FlagState(Word):
    """Where a flag stands."""

    OPEN = "OPEN", "待核查"
    DISMISSED = "DISMISSED", "经核查无问题"
    FOUND = "FOUND", "经查实，已作处理"


class FlagAction(Word):
    """What can be done with a flag."""

    DISMISS = "DISMISS", "核查后撤销提示"
    FIND = "FIND", "查实并作出处理"


class FindingKind(Word):
    """What a supervisor orders."""

    CORRECTION_ORDERED = "CORRECTION_ORDERED", "限期纠正"
    RESULT_VOID = "RESULT_VOID", "评审结果无效"


class FindingState(Word):
    """Where a finding stands."""

    ORDERED = "ORDERED", "限期纠正中"
    ANSWERED = "ANSWERED", "已报送纠正情况"
    CORRECTED = "CORRECTED", "已纠正"
    VOIDED = "VOIDED", "评审结果已宣布无效"


class FindingAction(Word):
    """What can be done with a finding."""

    ANSWER = "ANSWER", "报送纠正情况"
    ACCEPT = "ACCEPT", "认可纠正"
    REJECT = "REJECT", "不予认可，重新限期"
    ESCALATE = "ESCALATE", "逾期未纠正报告上级"
