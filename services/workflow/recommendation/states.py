"""States and actions of recommendation plans and recommendations."""

from services.kit.words import Word


class PlanState(Word):
    """Where a unit's plan stands."""

    DRAFT = "DRAFT", "起草"
    PUBLISHED = "PUBLISHED", "已公布"


class PlanAction(Word):
    """What can be done with a plan."""

    PUBLISH = "PUBLISH", "公布"


class RecommendationState(Word):
    """Where a recommendation stands."""

    RESERVED = "RESERVED", "已预留岗位"
    IN_PUBLICITY = "IN_PUBLICITY", "公示中"
    CONFIRMED = "CONFIRMED", "已推荐"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    LAPSED = "LAPSED", "已失效（评审未通过或结果无效）"


class RecommendationAction(Word):
    """What can be done with a recommendation."""

    PUBLICISE = "PUBLICISE", "公示"
    CONFIRM = "CONFIRM", "确认推荐"
    WITHDRAW = "WITHDRAW", "撤回推荐"
    END = "END", "终止推荐（变动单位）"
    LAPSE = "LAPSE", "推荐失效（申报未成）"
    DISQUALIFY = "DISQUALIFY", "终止推荐（认定失信）"


class UnitAction(Word):
    """The actions of the unit; a change of employer and the end of the declaration take the others."""

    PUBLICISE = RecommendationAction.PUBLICISE.value, RecommendationAction.PUBLICISE.zh
    CONFIRM = RecommendationAction.CONFIRM.value, RecommendationAction.CONFIRM.zh
    WITHDRAW = RecommendationAction.WITHDRAW.value, RecommendationAction.WITHDRAW.zh


class JudgedFor(Word):
    """For which act of the unit a verdict on a material was first asked."""

    RECOMMEND = "RECOMMEND", "推荐"
    PUBLICISE = RecommendationAction.PUBLICISE.value, RecommendationAction.PUBLICISE.zh
    CONFIRM = RecommendationAction.CONFIRM.value, RecommendationAction.CONFIRM.zh


LIVE = frozenset(
    {RecommendationState.RESERVED, RecommendationState.IN_PUBLICITY, RecommendationState.CONFIRMED}
)
"""States in which a recommendation holds a post.

The person's one recommendation of the year it is in any state but WITHDRAWN: who was judged is not recommended again (二（五）4).
"""
