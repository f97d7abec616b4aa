"""Words of people's records, and the facts their steps are judged by."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.kit.steps import Broken
from services.kit.words import Word


class RecordKind(Word):
    """What a record tells of a person."""

    DEGREE = "DEGREE", "学历学位"
    TECHNICAL_CLASS = "TECHNICAL_CLASS", "技工院校"
    PRESENT_TITLE = "PRESENT_TITLE", "现专业技术资格"
    APPOINTMENT = "APPOINTMENT", "聘任"
    HONOUR = "HONOUR", "荣誉"
    VILLAGE_POSTING = "VILLAGE_POSTING", "驻村"
    AID_PERIOD = "AID_PERIOD", "援青"
    YEARLY_ASSESSMENT = "YEARLY_ASSESSMENT", "年度考核"
    SOCIAL_INSURANCE = "SOCIAL_INSURANCE", "社会保险"
    CONTRACT = "CONTRACT", "聘用（劳动）合同"
    CONTINUING_EDUCATION = "CONTINUING_EDUCATION", "继续教育"
    WORK_EXPERIENCE = "WORK_EXPERIENCE", "专业技术工作经历"


class RecordState(Word):
    """Where a record stands; what is confirmed stays as it is."""

    DECLARED = "DECLARED", "待确认"
    CONFIRMED = "CONFIRMED", "已确认"
    REFUSED = "REFUSED", "未予确认"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    SUPERSEDED = "SUPERSEDED", "已由新版本替代"
    REVOKED = "REVOKED", "已撤销确认"


class RecordAction(Word):
    """What can be done with a record."""

    CONFIRM = "CONFIRM", "确认"
    REFUSE = "REFUSE", "不予确认"
    DECLARE_AGAIN = "DECLARE_AGAIN", "修改后重新填报"
    WITHDRAW = "WITHDRAW", "撤回"
    SUPERSEDE = "SUPERSEDE", "以新版本替代"
    REVOKE = "REVOKE", "撤销确认"


PENDING = (RecordState.DECLARED, RecordState.REFUSED)
"""Told, and not yet a fact."""

LIVE = (*PENDING, RecordState.CONFIRMED)
"""States in which a record takes a place: no second one tells the same."""

COUNTED = (RecordState.DECLARED, RecordState.CONFIRMED)
"""States that a person's standing looks at."""


class Known(Word):
    """A fact in three values: confirmed, only declared so far, or neither."""

    YES = "YES", "是"
    UNKNOWN = "UNKNOWN", "待确认"
    NO = "NO", "否"


class StudyMode(Word):
    """How a degree was studied for; it makes no difference (一（五）2)."""

    FULL_TIME = "FULL_TIME", "全日制"
    PART_TIME = "PART_TIME", "非全日制"


class SchoolKind(Word):
    """What kind of school it was; it makes no difference at the same level (一（五）2)."""

    ORDINARY = "ORDINARY", "普通学校"
    VOCATIONAL = "VOCATIONAL", "职业院校"


class ObtainedBy(Word):
    """How a title was obtained."""

    REVIEW = "REVIEW", "评审"
    EXAMINATION = "EXAMINATION", "考试"
    RECOGNITION = "RECOGNITION", "认定（确认）"


class TitleLimit(Word):
    """Where alone a title is valid."""

    MINORITY_LANGUAGE_PUBLISHING = "MINORITY_LANGUAGE_PUBLISHING", "限少数民族语言文字出版"
    GRASS_ROOTS = "GRASS_ROOTS", "限基层（双定向）"


class HonourLevel(Word):
    """Which list of the notice an honour stands in (一（五）4（2）, （3）)."""

    NATIONAL = "NATIONAL", "国家级及所列同等荣誉"
    PROVINCIAL = "PROVINCIAL", "省级荣誉"


class ContestPlace(Word):
    """What was won in a contest."""

    GOLD = "GOLD", "金牌"
    SILVER = "SILVER", "银牌"
    BRONZE = "BRONZE", "铜牌"
    FIRST_PRIZE = "FIRST_PRIZE", "一等奖"


class ContestRole(Word):
    """In which part: a coach and an expert count like the competitor."""

    COMPETITOR = "COMPETITOR", "选手"
    EXPERT = "EXPERT", "指导专家"
    COACH = "COACH", "教练"


class PostingRole(Word):
    """In which part someone was posted to a village."""

    FIRST_SECRETARY = "FIRST_SECRETARY", "驻村第一书记"
    TEAM_MEMBER = "TEAM_MEMBER", "驻村工作队队员"


class AssessmentResult(Word):
    """The result of a year's assessment."""

    EXCELLENT = "EXCELLENT", "优秀"
    COMPETENT = "COMPETENT", "合格"
    BARELY_COMPETENT = "BARELY_COMPETENT", "基本合格"
    INCOMPETENT = "INCOMPETENT", "不合格"


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """A record as its steps judge it.

    `confirmer_id` is the organisation that confirms it; `declarers` those whose staff may tell it. `unfit` is what is
    wrong with what is told anew; `reason` is the caller's note; `own`: the caller is the person.
    """

    id: UUID
    state: RecordState
    version: int
    lineage: Collection[UUID]
    person_id: UUID
    confirmer_id: UUID
    declarers: Collection[UUID]
    own: bool = False
    reason: str | None = None
    unfit: tuple[Broken, ...] = ()
