"""Where a meeting stands and what can be done to it."""

from services.kit.words import Word
from services.workflow.route.states import Waiver


class Kind(Word):
    """What a session is held for."""

    ORDINARY = "ORDINARY", "年度评审会议"
    SINGLE_CASE = "SINGLE_CASE", "一事一议"


class State(Word):
    """The way of a meeting (三（三）, 三（六）4)."""

    PREPARING = "PREPARING", "筹备中"
    PLAN_FILED = "PLAN_FILED", "评审工作方案已报备"
    DRAWN = "DRAWN", "已抽取评审专家"
    OPEN = "OPEN", "评审会议进行中（投票）"
    VOTED = "VOTED", "投票结束、已计票"
    RESULTS_PUBLIC = "RESULTS_PUBLIC", "评审结果公示"
    CANCELLED = "CANCELLED", "已取消"


class Action(Word):
    """A step of a meeting."""

    TABLE = "TABLE", "列入议程"
    FILE_PLAN = "FILE_PLAN", "报备评审工作方案"
    POSTPONE = "POSTPONE", "延期"
    DRAW = "DRAW", "随机抽取专家"
    REPLACE = "REPLACE", "递补专家"
    OPEN = "OPEN", "开会"
    NAME_CHAIR = "NAME_CHAIR", "指定会议主持人"
    CLOSE_VOTE = "CLOSE_VOTE", "结束投票并计票"
    PUBLISH_RESULTS = "PUBLISH_RESULTS", "公示评审结果"
    CANCEL = "CANCEL", "取消"


class HearingKind(Word):
    """How an applicant is heard; a route may waive it (二（四）1（3）)."""

    INTERVIEW = Waiver.INTERVIEW.value, Waiver.INTERVIEW.zh
    PRACTICE_TEST = Waiver.PRACTICE_TEST.value, Waiver.PRACTICE_TEST.zh


class Outcome(Word):
    """What came of a hearing."""

    AWAITED = "AWAITED", "已安排"
    HELD = "HELD", "已进行"
    ABSENT = "ABSENT", "申报人未到"
    WAIVED_BY_ROUTE = "WAIVED_BY_ROUTE", "按申报途径免除"
    WAIVED = "WAIVED", "经研究决定免除"


class Deferral(Word):
    """Why a declaration was put off without a vote that counts; it waits for another meeting."""

    NO_QUORUM = "NO_QUORUM", "专家回避后出席该申报表决的人数不足法定人数"
    NOT_HEARD = "NOT_HEARD", "应进行的面试答辩或实践操作未进行"
    NOT_VOTED = "NOT_VOTED", "投票结束时已投票数不足法定人数"


class Ground(Word):
    """Why an expert who was drawn is replaced before the meeting opens."""

    UNAVAILABLE = "UNAVAILABLE", "不能到会"
    CONFLICT = "CONFLICT", "应当回避"
    OUT_OF_POOL = "OUT_OF_POOL", "已暂停或退出专家库"
