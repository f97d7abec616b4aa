"""Why targeted posts are refused."""

from services.kit.errors import Conflict, NotFound, RuleBroken


class PlanNotFound(NotFound):
    """No targeted plan that the caller may see."""

    code = "TARGETED_PLAN_NOT_FOUND"
    zh = "没有找到该“双定向”岗位核定"
    en = "There is no such approval of targeted posts."


class NotAnInstitution(RuleBroken):
    """Annex 1 is about institutions (附件1)."""

    code = "NOT_AN_INSTITUTION"
    zh = "附件1 只适用于基层事业单位，该单位不是事业单位，不核定“双定向”岗位"
    en = "Annex 1 is about grass-roots institutions. This unit is none, so it has no targeted posts."


class NoRowApplies(RuleBroken):
    """Annex 1 lists no such unit (附件1)."""

    code = "NO_ROW_OF_ANNEX_1"
    zh = "附件1 没有适用的行：未列行政区划 {region_code} 的{level_zh}事业单位"
    en = "No row of Annex 1 applies: it lists no institutions of level {level} in region {region_code}."


class PlanApprovedMeanwhile(Conflict):
    """Another official approved the unit's targeted posts of the year in this instant."""

    code = "TARGETED_PLAN_APPROVED_MEANWHILE"
    zh = "该单位 {year} 年度“双定向”岗位刚刚由他人核定，请刷新后重试"
    en = "Somebody has just approved the unit's targeted posts of {year}. Load them again and repeat."
