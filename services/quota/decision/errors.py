"""Why a decision on numbers is refused."""

from services.kit.errors import Conflict, NotFound
from services.quota.reservation.errors import NoApprovedForm


class DecisionNotFound(NotFound):
    """No decision by that id that the caller may see."""

    code = "POST_DECISION_NOT_FOUND"
    zh = "没有找到该申报数量决定"
    en = "There is no such decision on numbers."


class NoFormToDecideOn(NoApprovedForm):
    """The unit has no approved annual form of the year, whose numbers a decision could stand in for."""

    zh = "该单位 {year} 年度岗位聘任情况年度审核表尚未审核备案，不能另行确定申报数量"
    en = "The unit has no approved annual review form of {year}, so no number can be set in its place."


class AnotherInForce(Conflict):
    """The decision in force is not the one that the caller has read."""

    code = "ANOTHER_DECISION_IN_FORCE"
    zh = "该单位 {year} 年度申报数量的决定已被他人变更，请刷新后重试"
    en = "Somebody changed the decision on the unit's numbers of {year} meanwhile. Load it again and repeat."
