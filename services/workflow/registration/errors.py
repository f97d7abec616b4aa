"""Why a registration, a ranked list or what rests on it is refused."""

from services.kit.errors import Conflict, Invalid, NotFound, RuleBroken


class RegistrationNotFound(NotFound):
    """No registration by that id that the caller may see."""

    code = "REGISTRATION_NOT_FOUND"
    zh = "没有找到该登记"
    en = "There is no such registration."


class AlreadyRegistered(Conflict):
    """The person has a live registration in the plan."""

    code = "ALREADY_REGISTERED"
    zh = "您已在本方案中登记，可撤回后重新登记"
    en = "You have registered in this plan already. Withdraw it to register anew."


class RegistrationNotNeeded(RuleBroken):
    """Who takes no post of the unit is in no order of its posts."""

    code = "REGISTRATION_NOT_NEEDED"
    zh = "“{title}”不占用本单位岗位，无需登记排序，由单位直接推荐"
    en = "The route {route} takes no post of the unit. Nobody registers for it; the unit recommends directly."


class NotAtGrassRoots(RuleBroken):
    """The targeted posts are those of grass-roots units."""

    code = "NOT_AT_GRASS_ROOTS"
    zh = "基层“双定向”申报限基层单位，本单位为{level}级单位"
    en = "Targeted posts are for grass-roots units; this one is at the level {level_code}."


class RankedListNotFound(NotFound):
    """No ranked list by that id that the caller may see."""

    code = "RANKED_LIST_NOT_FOUND"
    zh = "没有找到该排序名单"
    en = "There is no such ranked list."


class NobodyLeftOut(RuleBroken):
    """A list ranks everybody who has registered for the level and pool."""

    code = "NOBODY_LEFT_OUT"
    zh = "排序名单须包含所有登记人员，尚缺：{names}"
    en = "A ranked list names everybody who has registered; missing: {names}."


class NotRegisteredForIt(Invalid):
    """The list names registrations that are over, or are for other posts."""

    code = "NOT_REGISTERED_FOR_IT"
    zh = "名单中有 {count} 项登记已撤回、不予推荐或不属于该岗位"
    en = "{count} of the registrations named are over, or are for other posts."


class OwnRanking(RuleBroken):
    """Nobody ranks him- or herself."""

    code = "OWN_RANKING"
    zh = "本人已登记的，不得办理该排序名单"
    en = "Nobody ranks a list with the own registration on it."


class OrderChanged(RuleBroken):
    """The order that was published is changed for a reason on record only."""

    code = "ORDER_CHANGED"
    zh = "与上一份排序名单相比次序提前的，须逐人写明调整理由，尚缺：{names}"
    en = "Who moves up compared with the list before needs a reason for it each; missing: {names}."


class NotOnTheList(RuleBroken):
    """Only who is on the unit's ranked list takes one of its posts."""

    code = "NOT_ON_THE_LIST"
    zh = "该人员不在本单位公布的{level}{pool}排序名单中"
    en = "The person is not on the unit's ranked list for {level_code} in the pool {pool_code}."


class AnotherWishRegistered(RuleBroken):
    """What the person registered for is what the unit recommends for."""

    code = "ANOTHER_WISH_REGISTERED"
    zh = "推荐的系列、专业或途径与本人登记不一致"
    en = "Series, specialty or route are not those that the person has registered for."


class OthersStandBefore(RuleBroken):
    """Posts go out in the order of the list."""

    code = "OTHERS_STAND_BEFORE"
    zh = "排序在前的人员尚未推荐，也未说明不予推荐的理由：{names}"
    en = "Ranked above, and neither recommended nor passed over for a reason: {names}."
