"""Words of relations on record and of requests for avoidance."""

from services.kit.words import Word


class RelationKind(Word):
    """What ties an expert to somebody under review."""

    KINSHIP = "KINSHIP", "亲属"
    CO_AUTHORSHIP = "CO_AUTHORSHIP", "合作研究或署名"
    SUPERVISION = "SUPERVISION", "师生、导师"
    INTEREST = "INTEREST", "其他利害关系"


class Source(Word):
    """Who put a relation on record."""

    EXPERT = "EXPERT", "专家本人申明"
    OFFICE = "OFFICE", "办事机构登记"


class RelationState(Word):
    """Whether a relation still keeps the expert out."""

    ON_RECORD = "ON_RECORD", "在录"
    LIFTED = "LIFTED", "已解除"


class RelationAction(Word):
    """What can be done with a relation on record."""

    LIFT = "LIFT", "解除"


class RequestState(Word):
    """Where an applicant's request stands."""

    LODGED = "LODGED", "已提出"
    UPHELD = "UPHELD", "准予回避"
    REJECTED = "REJECTED", "不予回避"
    WITHDRAWN = "WITHDRAWN", "已撤回"


class RequestAction(Word):
    """What can be done with a request."""

    UPHOLD = "UPHOLD", "决定准予"
    REJECT = "REJECT", "决定不予"
    WITHDRAW = "WITHDRAW", "撤回"
