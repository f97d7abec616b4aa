"""Words of routes: what a condition asks, how it was judged, what a route waives, what a wish is for."""

from dataclasses import dataclass

from services.kit.words import Word
from services.quota.contract import PostPool

NORMAL = "NORMAL"
"""The route of whoever claims none of the others."""
EXPERTS_AT_MOST = 20
"""How many experts a recommendation can name."""


class Verdict(Word):
    """How a condition was judged; UNKNOWN hangs on what is declared and not yet confirmed."""

    MET = "MET", "符合"
    NOT_MET = "NOT_MET", "不符合"
    UNKNOWN = "UNKNOWN", "待确认"


@dataclass(frozen=True, slots=True)
class Work:
    """What a wish is for, as far as titles of limited validity ask."""

    series: str
    specialty: str | None
    pool: PostPool


class Fact(Word):
    """What a condition of a route asks of a person."""

    ASSESSMENT = "ASSESSMENT", "经单位考核合格"
    REGISTERED_HERE = "REGISTERED_HERE", "企业注册地在本省"
    CONTRACT_WITH_EMPLOYER = "CONTRACT_WITH_EMPLOYER", "与现工作单位签有正式合同"
    INSURED_AT_UNIT = "INSURED_AT_UNIT", "在工作单位所在地参加社会保险的月数"
    HONOUR = "HONOUR", "获得所列荣誉"
    IN_PRIVATE_ENTERPRISE = "IN_PRIVATE_ENTERPRISE", "现在民营企业从事专业技术工作"
    PRIVATE_SERVICE = "PRIVATE_SERVICE", "毕业后在民营企业从事专业技术工作的年限"
    AID_MONTHS = "AID_MONTHS", "在县级及以下单位连续援青的月数"
    AID_EXCELLENT_YEARS = "AID_EXCELLENT_YEARS", "连续考核优秀的援青年数"
    PRESENT_TITLE_VALID = "PRESENT_TITLE_VALID", "现专业技术资格在所申报的专业有效"
    ONE_LEVEL_UP = "ONE_LEVEL_UP", "申报现专业技术资格的高一级"
    NOMINATED = "NOMINATED", "由所需人数的专家举荐"
    EXAMINATION = "EXAMINATION", "达到国家公布的考试合格标准"


class Waiver(Word):
    """What is not asked of who takes a route."""

    CONTINUING_EDUCATION = "CONTINUING_EDUCATION", "继续教育"
    INTERVIEW = "INTERVIEW", "面试答辩"
    PRACTICE_TEST = "PRACTICE_TEST", "实践操作"
    EDUCATION = "EDUCATION", "学历"
    SENIORITY = "SENIORITY", "资历（现资格及其年限）"
    PAPER = "PAPER", "论文"
