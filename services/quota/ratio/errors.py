"""Why Annex 1 gives no ratio."""

from services.kit.errors import Invalid, RuleBroken


class RegionElsewhere(Invalid):
    """The region lies in another province."""

    code = "REGION_ELSEWHERE"
    zh = "行政区划代码 {region_code} 不属于本省"
    en = "Region {region_code} does not belong to this province."


class OtherRuleApplies(RuleBroken):
    """The targeted posts of grass-roots medical institutions are not in this table (附件1 说明)."""

    code = "OTHER_RULE_APPLIES"
    zh = "基层医疗卫生机构“双定向”高级、中级岗位不适用附件1，请按所列文件核定"
    en = "Targeted posts of grass-roots medical institutions are not in Annex 1; the document named decides."
