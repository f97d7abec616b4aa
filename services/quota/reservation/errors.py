"""Why a place is refused."""

from services.kit.errors import Conflict, NotFound, RuleBroken


class ReservationNotFound(NotFound):
    """No reservation by that id that the caller may see."""

    code = "RESERVATION_NOT_FOUND"
    zh = "没有找到该岗位预留"
    en = "There is no such reservation."


class NoApprovedForm(RuleBroken):
    """The unit has no approved annual form of the year (二（一）第1段)."""

    code = "NO_APPROVED_FORM"
    zh = "该单位 {year} 年度岗位聘任情况年度审核表尚未审核备案，不能推荐{name}"
    en = "The unit has no approved annual review form of {year}, so it cannot recommend for {level}."


class NoTargetedPlan(RuleBroken):
    """The unit has no targeted posts approved for the year (一（四）1)."""

    code = "NO_TARGETED_PLAN"
    zh = "该单位 {year} 年度“双定向”{name}岗位尚未核定，不能按“双定向”推荐"
    en = "The unit has no targeted posts of {year} approved for {level}."


class GroundUnfit(RuleBroken):
    """The ground named does not open the level without a post."""

    code = "GROUND_UNFIT"
    zh = "“{ground_zh}”不适用于以“{pool_zh}”申报{name}，请按岗位数额推荐"
    en = "{ground} does not open {level} in the pool {pool}. Recommend within the numbers."


class NoPlaceLeft(RuleBroken):
    """Every place of the level is taken; the figures say by what."""

    code = "NO_PLACE_LEFT"
    zh = "{name}已无可申报岗位：{figures_zh}"
    en = "No place is left for {level}: {figures_en}."


class AnotherReservation(Conflict):
    """The recommendation has a reservation for something else."""

    code = "ANOTHER_RESERVATION"
    zh = "该推荐已有另一项岗位预留（{fields}不同）"
    en = "This recommendation has a reservation already that differs in {fields}."


class ReservationReleased(Conflict):
    """The recommendation's place was given back; it takes a new recommendation to have one again."""

    code = "RESERVATION_RELEASED"
    zh = "该推荐的岗位已释放，请重新发起推荐"
    en = "The place of this recommendation was given back. Recommend anew."


class LineageUnfit(RuleBroken):
    """The lineage does not end at the unit."""

    code = "LINEAGE_UNFIT"
    zh = "隶属关系与推荐单位不一致"
    en = "The lineage does not end at the unit that recommends."
