"""The words of Annex 1: levels of units, groups of posts, and how a part of a post is cut."""

from services.kit.words import Word


class UnitLevel(Word):
    """The level a unit belongs to by itself; unlike an organisation's level it knows what lies below the county."""

    PROVINCE = "PROVINCE", "省级"
    PREFECTURE = "PREFECTURE", "州（市）级"
    COUNTY = "COUNTY", "县（市、区）级"
    BELOW_COUNTY = "BELOW_COUNTY", "县级以下"


class Rounding(Word):
    """How a share that is no whole number of posts becomes one."""

    CUT = "CUT", "只取整数部分"


class Answer(Word):
    """What Annex 1 says of a unit."""

    ROW = "ROW", "适用表中一行"
    NO_ROW = "NO_ROW", "附件1 未列"


class HeadcountSource(Word):
    """Where the number of posts comes from that a ratio is applied to."""

    APPROVED_FORM = "APPROVED_FORM", "已审核备案的年度审核表"
    GIVEN = "GIVEN", "查询时填写"
