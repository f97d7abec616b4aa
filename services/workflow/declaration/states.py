"""Where a declaration stands, and what can be done with it."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a declaration stands."""

    DRAFT = "DRAFT"  # 填报中
    UNDER_REVIEW = "UNDER_REVIEW"  # 逐级审核中
    RETURNED = "RETURNED"  # 已退回申报人
    AT_COMMITTEE_OFFICE = "AT_COMMITTEE_OFFICE"  # 评委会办事机构受理审核
    ACCEPTED = "ACCEPTED"  # 已受理
    IN_MEETING = "IN_MEETING"  # 已提交评审会议
    PASSED = "PASSED"  # 评审通过
    NOT_PASSED = "NOT_PASSED"  # 评审未通过
    IN_RESULT_PUBLICITY = "IN_RESULT_PUBLICITY"  # 评审结果公示中
    CERTIFIED = "CERTIFIED"  # 已备案发证
    WITHDRAWN = "WITHDRAWN"  # 已撤回
    ENDED = "ENDED"  # 评审结果无效


class Action(StrEnum):
    """What can be done with a declaration."""

    SUBMIT = "SUBMIT"  # 提交
    PASS = "PASS"  # 审核通过  # noqa: S105 - a step of the review, no password
    SEND_BACK = "SEND_BACK"  # 退回
    ACCEPT = "ACCEPT"  # 受理
    WITHDRAW = "WITHDRAW"  # 撤回
    TABLE = "TABLE"  # 提交评审会议
    VOTE_PASS = "VOTE_PASS"  # 表决通过  # noqa: S105 - a step of the meeting, no password
    VOTE_FAIL = "VOTE_FAIL"  # 表决未通过
    PUBLICISE = "PUBLICISE"  # 公示评审结果
    FILE = "FILE"  # 备案
    END = "END"  # 宣布评审结果无效


class ReviewAction(StrEnum):
    """The actions of applicants and reviewers; the meeting and the filing take the others."""

    SUBMIT = "SUBMIT"
    PASS = "PASS"  # noqa: S105 - a step of the review, no password
    SEND_BACK = "SEND_BACK"
    ACCEPT = "ACCEPT"
    WITHDRAW = "WITHDRAW"


LIVE: frozenset[State] = frozenset(State) - {State.WITHDRAWN}
"""States in which a declaration is the person's one of the year (二（五）4): only one withdrawn makes room for another."""

WITH_APPLICANT: frozenset[State] = frozenset({State.DRAFT, State.RETURNED})
"""States in which the applicant may write."""

IN_REVIEW: frozenset[State] = frozenset({State.UNDER_REVIEW, State.AT_COMMITTEE_OFFICE})
"""States in which reviewers judge."""

LABELS: Mapping[State, str] = {
    State.DRAFT: "填报中",
    State.UNDER_REVIEW: "逐级审核中",
    State.RETURNED: "已退回",
    State.AT_COMMITTEE_OFFICE: "评委会办事机构审核中",
    State.ACCEPTED: "已受理",
    State.IN_MEETING: "评审会议中",
    State.PASSED: "评审通过",
    State.NOT_PASSED: "评审未通过",
    State.IN_RESULT_PUBLICITY: "结果公示中",
    State.CERTIFIED: "已发证",
    State.WITHDRAWN: "已撤回",
    State.ENDED: "评审结果无效",
}
