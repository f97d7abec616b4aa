"""Words of declarations: where one stands, and what can be done with it."""

from enum import Enum

from gateway.words import terms


@terms("Where a declaration stands (申报状态).")
class DeclarationState(Enum):
    """State of a declaration."""

    DRAFT = "填报中"
    UNDER_REVIEW = "逐级审核中"
    RETURNED = "已退回申报人"
    AT_COMMITTEE_OFFICE = "评委会办事机构受理审核"
    ACCEPTED = "已受理"
    IN_MEETING = "已提交评审会议"
    PASSED = "评审通过"
    NOT_PASSED = "评审未通过"
    IN_RESULT_PUBLICITY = "评审结果公示中"
    CERTIFIED = "已备案发证"
    WITHDRAWN = "已撤回"
    ENDED = "评审结果无效"
    REFUSED = "审核不予通过"
    LAPSED = "年度内未受理或未评审，已终止"
    DISQUALIFIED = "认定失信，已终止"


@terms(
    "What can be done with a declaration; the applicant and the reviewers take the first nine, the committee's office ends by TERMINATE what no meeting heard."
)
class DeclarationAction(Enum):
    """Action on a declaration."""

    SUBMIT = "提交"
    CLAIM = "领取"
    RELEASE = "放回"
    ENDORSE = "第一审核人认可"
    PASS = "审核通过"  # noqa: S105 - a step of the review, no password
    SEND_BACK = "退回"
    REFUSE = "不予通过"
    ACCEPT = "受理"
    WITHDRAW = "撤回"
    TABLE = "提交评审会议"
    VOTE_PASS = "表决通过"  # noqa: S105 - a step of the meeting, no password
    VOTE_FAIL = "表决未通过"
    PUBLICISE = "公示评审结果"
    FILE = "备案"
    END = "宣布评审结果无效"
    ESCALATE = "逾期报告上级"
    HOLD = "中止填报（不再属于原单位）"
    RESUME = "转入新的推荐继续填报"
    LAPSE = "年度截止终止"
    UNTABLE = "退出已取消的评审会议"
    DEFER = "未能表决，待下次评审会议"
    TERMINATE = "终止（评审会议未召开）"
    DISQUALIFY = "终止（认定失信）"
