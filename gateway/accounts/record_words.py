"""Words of people's records, as accounts has them."""

from enum import Enum

from gateway.words import terms
from services.accounts.contract import ContractKind

terms("What kind of contract ties a person to the employer (合同类别).")(ContractKind)


@terms("What a record tells of a person (档案信息类别).")
class RecordKind(Enum):
    """Kind of a record."""

    DEGREE = "学历学位"
    TECHNICAL_CLASS = "技工院校"
    PRESENT_TITLE = "现专业技术资格"
    APPOINTMENT = "聘任"
    HONOUR = "荣誉"
    VILLAGE_POSTING = "驻村"
    AID_PERIOD = "援青"
    YEARLY_ASSESSMENT = "年度考核"
    SOCIAL_INSURANCE = "社会保险"
    CONTRACT = "聘用（劳动）合同"
    CONTINUING_EDUCATION = "继续教育"
    WORK_EXPERIENCE = "专业技术工作经历"
    EXAMINATION = "专业技术资格考试"


@terms("Where a record stands; what is confirmed stays as it is.")
class RecordState(Enum):
    """State of a record."""

    DECLARED = "待确认"
    CONFIRMED = "已确认"
    REFUSED = "未予确认"
    WITHDRAWN = "已撤回"
    SUPERSEDED = "已由新版本替代"
    REVOKED = "已撤销确认"


@terms("What can be done with a record.")
class RecordAction(Enum):
    """Action on a record."""

    SEND_EVIDENCE = "上传佐证文件"
    CONFIRM = "确认"
    REFUSE = "不予确认"
    DECLARE_AGAIN = "修改后重新填报"
    WITHDRAW = "撤回"
    SUPERSEDE = "以新版本替代"
    REVOKE = "撤销确认"


@terms("A fact in three values: confirmed, only declared so far, or neither.")
class Certainty(Enum):
    """How far a fact is known."""

    YES = "是"
    UNKNOWN = "待确认"
    NO = "否"


@terms("How a degree was studied for; it makes no difference (一（五）2).")
class StudyMode(Enum):
    """Full-time or part-time."""

    FULL_TIME = "全日制"
    PART_TIME = "非全日制"


@terms("What kind of school it was; it makes no difference at the same level (一（五）2).")
class SchoolKind(Enum):
    """Kind of school."""

    ORDINARY = "普通学校"
    VOCATIONAL = "职业院校"


@terms("How a title was obtained (取得方式).")
class TitleObtainedBy(Enum):
    """Way of a title."""

    REVIEW = "评审"
    EXAMINATION = "考试"
    RECOGNITION = "认定（确认）"


@terms("Where alone a title is valid (使用范围).")
class TitleLimit(Enum):
    """Limit of a title."""

    MINORITY_LANGUAGE_PUBLISHING = "限少数民族语言文字出版"
    GRASS_ROOTS = "限基层（双定向）"


@terms("Which list of the notice an honour stands in (一（五）4（2）, （3）).")
class HonourLevel(Enum):
    """List of an honour."""

    NATIONAL = "国家级及所列同等荣誉"
    PROVINCIAL = "省级荣誉"


@terms("What was won in a contest (名次).")
class ContestPlace(Enum):
    """Place in a contest."""

    GOLD = "金牌"
    SILVER = "银牌"
    BRONZE = "铜牌"
    FIRST_PRIZE = "一等奖"


@terms("In which part of a contest; a coach and an expert count like the competitor.")
class ContestRole(Enum):
    """Part in a contest."""

    COMPETITOR = "选手"
    EXPERT = "指导专家"
    COACH = "教练"


@terms("In which part someone was posted to a village (驻村身份).")
class PostingRole(Enum):
    """Part in a village posting."""

    FIRST_SECRETARY = "驻村第一书记"
    TEAM_MEMBER = "驻村工作队队员"


@terms("The result of a year's assessment (考核等次).")
class AssessmentResult(Enum):
    """Result of an assessment."""

    EXCELLENT = "优秀"
    COMPETENT = "合格"
    BARELY_COMPETENT = "基本合格"
    INCOMPETENT = "不合格"
