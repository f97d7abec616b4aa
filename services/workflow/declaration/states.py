"""Where a declaration stands, and what can be done with it."""

from services.kit.words import Word


class State(Word):
    """Where a declaration stands."""

    DRAFT = "DRAFT", "填报中"
    UNDER_REVIEW = "UNDER_REVIEW", "逐级审核中"
    RETURNED = "RETURNED", "已退回申报人"
    AT_COMMITTEE_OFFICE = "AT_COMMITTEE_OFFICE", "评委会办事机构受理审核"
    ACCEPTED = "ACCEPTED", "已受理"
    IN_MEETING = "IN_MEETING", "已提交评审会议"
    PASSED = "PASSED", "评审通过"
    NOT_PASSED = "NOT_PASSED", "评审未通过"
    IN_RESULT_PUBLICITY = "IN_RESULT_PUBLICITY", "评审结果公示中"
    CERTIFIED = "CERTIFIED", "已备案发证"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    ENDED = "ENDED", "评审结果无效"
    REFUSED = "REFUSED", "审核不予通过"
    LAPSED = "LAPSED", "年度内未受理或未评审，已终止"
    DISQUALIFIED = "DISQUALIFIED", "认定失信，已终止"


class Action(Word):
    """What can be done with a declaration."""

    SUBMIT = "SUBMIT", "提交"
    CLAIM = "CLAIM", "领取"
    RELEASE = "RELEASE", "放回"
    ENDORSE = "ENDORSE", "第一审核人认可"
    PASS = "PASS", "审核通过"
    SEND_BACK = "SEND_BACK", "退回"
    REFUSE = "REFUSE", "不予通过"
    ACCEPT = "ACCEPT", "受理"
    WITHDRAW = "WITHDRAW", "撤回"
    TABLE = "TABLE", "提交评审会议"
    VOTE_PASS = "VOTE_PASS", "表决通过"
    VOTE_FAIL = "VOTE_FAIL", "表决未通过"
    PUBLICISE = "PUBLICISE", "公示评审结果"
    FILE = "FILE", "备案"
    END = "END", "宣布评审结果无效"
    ESCALATE = "ESCALATE", "逾期报告上级"
    HOLD = "HOLD", "中止填报（不再属于原单位）"
    RESUME = "RESUME", "转入新的推荐继续填报"
    LAPSE = "LAPSE", "年度截止终止"
    UNTABLE = "UNTABLE", "退出已取消的评审会议"
    DEFER = "DEFER", "未能表决，待下次评审会议"
    TERMINATE = "TERMINATE", "终止（评审会议未召开）"
    DISQUALIFY = "DISQUALIFY", "终止（认定失信）"


class ReviewAction(Word):
    """The actions of applicants and reviewers; the meeting, the filing and a change of employer take the others."""

    SUBMIT = Action.SUBMIT.value, Action.SUBMIT.zh
    CLAIM = Action.CLAIM.value, Action.CLAIM.zh
    RELEASE = Action.RELEASE.value, Action.RELEASE.zh
    ENDORSE = Action.ENDORSE.value, Action.ENDORSE.zh
    PASS = Action.PASS.value, Action.PASS.zh
    SEND_BACK = Action.SEND_BACK.value, Action.SEND_BACK.zh
    REFUSE = Action.REFUSE.value, Action.REFUSE.zh
    ACCEPT = Action.ACCEPT.value, Action.ACCEPT.zh
    WITHDRAW = Action.WITHDRAW.value, Action.WITHDRAW.zh
    TERMINATE = Action.TERMINATE.value, Action.TERMINATE.zh


LIVE: frozenset[State] = frozenset(State) - {State.WITHDRAWN, State.LAPSED, State.DISQUALIFIED}
"""States in which a declaration is the person's one of the year (二（五）4): one withdrawn or lapsed makes room for another.

So does one that a finding of misconduct ended: as long as the bar lasts nothing is begun, and once it is taken back it may be.
"""


class Change(Word):
    """What became of an entry between two rounds."""

    ADDED = "ADDED", "新增"
    REMOVED = "REMOVED", "删除"
    CHANGED = "CHANGED", "修改"


WITH_APPLICANT: frozenset[State] = frozenset({State.DRAFT, State.RETURNED})
"""States in which the applicant may write."""

UNFINISHED: frozenset[State] = frozenset(
    {State.DRAFT, State.RETURNED, State.UNDER_REVIEW, State.AT_COMMITTEE_OFFICE}
)
"""States in which a declaration lapses when the year's run is over (三（六）): no committee has it yet."""

WITH_COMMITTEE: frozenset[State] = frozenset(
    {State.ACCEPTED, State.IN_MEETING, State.PASSED, State.IN_RESULT_PUBLICITY}
)
"""States in which a committee has it, and it is not over: the year is not closed before (三（六）)."""

IN_REVIEW: frozenset[State] = frozenset({State.UNDER_REVIEW, State.AT_COMMITTEE_OFFICE})
"""States in which reviewers judge."""

STAYING: frozenset[Action] = frozenset({Action.CLAIM, Action.RELEASE, Action.ENDORSE, Action.ESCALATE})
"""Steps after which the same reviewers have it, in the same turn."""
