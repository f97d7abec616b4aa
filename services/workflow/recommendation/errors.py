"""Why a plan or a recommendation is refused."""

from services.kit.errors import Conflict, Invalid, NotFound, RuleBroken, Unavailable


class PlanNotFound(NotFound):
    """No plan by that id that the caller may see."""

    code = "PLAN_NOT_FOUND"
    zh = "没有找到该推荐方案"
    en = "There is no such plan."


class PlanExists(Conflict):
    """The unit has a plan in the cycle."""

    code = "PLAN_EXISTS"
    zh = "本单位本年度已有推荐方案"
    en = "The unit has a plan for this cycle already."


class PlanIsPublic(Conflict):
    """A published plan no longer changes."""

    code = "PLAN_IS_PUBLIC"
    zh = "推荐方案已经公布，不能再修改"
    en = "A published plan cannot be changed."


class PlanNotPublished(RuleBroken):
    """A unit without a published plan cannot recommend."""

    code = "PLAN_NOT_PUBLISHED"
    zh = "推荐方案尚未公布，不能推荐"
    en = "The plan is not published, so nobody can be recommended."


class NotARecommendingUnit(RuleBroken):
    """An internal department is no legal person and cannot recommend."""

    code = "NOT_A_RECOMMENDING_UNIT"
    zh = "{kind}不能作为职称申报推荐单位"
    en = "{kind_code} cannot recommend."


class LevelNotInPlan(RuleBroken):
    """The plan announces no post of that pool and level."""

    code = "LEVEL_NOT_IN_PLAN"
    zh = "推荐方案没有公布{level}{pool}数额"
    en = "The plan announces no post at {level_code} in the pool {pool_code}."


class MaterialsNotJudged(RuleBroken):
    """The unit judges every material of a person before it recommends."""

    code = "MATERIALS_NOT_JUDGED"
    zh = "推荐前须对申报人的每项材料作出审核结论，尚有 {count} 项未审核：{kinds}"
    en = "Every material is judged before recommending; {count} wait for a verdict: {kind_codes}."


class PersonNotOfUnit(Invalid):
    """The person is not employed at the unit, or is unknown."""

    code = "PERSON_NOT_OF_UNIT"
    zh = "该人员不是本单位人员"
    en = "The person does not belong to this unit."


class DeclaresDirectly(RuleBroken):
    """Who has no employer declares to the county without anybody's recommendation."""

    code = "DECLARES_DIRECTLY"
    zh = "{kind}直接向县级人社部门申报，无需单位推荐"
    en = "Somebody who is {kind_code} declares to the county directly; nobody recommends."


class AlreadyRecommended(Conflict):
    """The person has a live recommendation in the cycle."""

    code = "ALREADY_RECOMMENDED"
    zh = "该人员本年度已被推荐，同一年度只能申报一个系列（专业）"
    en = "The person is recommended in this cycle already; one series a year."


class RecommendationNotFound(NotFound):
    """No recommendation by that id that the caller may see."""

    code = "RECOMMENDATION_NOT_FOUND"
    zh = "没有找到该推荐"
    en = "There is no such recommendation."


class OwnCase(RuleBroken):
    """Nobody recommends him- or herself."""

    code = "OWN_CASE"
    zh = "推荐经办人不得办理本人的推荐"
    en = "Nobody handles the own recommendation."


class NoHold(Unavailable):
    """The post could not be held under this recommendation; a retry may succeed."""

    code = "NO_HOLD"
    zh = "岗位预留未成功，请稍后重试"
    en = "The post could not be held. Try again later."
