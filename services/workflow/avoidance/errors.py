"""Why a relation or a request for avoidance is refused."""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken


class RelationNotFound(NotFound):
    """No relation by that id that the caller may read."""

    code = "RELATION_NOT_FOUND"
    zh = "没有找到该回避关系"
    en = "There is no such relation on record."


class NotInThePool(Forbidden):
    """Only experts of the pool put relations of their own on record."""

    code = "NOT_IN_THE_POOL"
    zh = "只有评委库中的专家可以申明本人的回避关系"
    en = "Only an expert of the pool puts an own relation on record."


class OneSomebody(Invalid):
    """A relation is to one account, person or declaration."""

    code = "ONE_SOMEBODY"
    zh = "请写明一个账号、人员或申报"
    en = "Name one account, person or declaration."


class SomebodyElse(Invalid):
    """Nobody is related to him- or herself: the own declaration keeps one out anyhow."""

    code = "SOMEBODY_ELSE"
    zh = "回避关系应涉及他人；本人申报的当然回避"
    en = "A relation is to somebody else; the own declaration keeps one out anyhow."


class RequestNotFound(NotFound):
    """No request by that id that the caller may read."""

    code = "AVOIDANCE_REQUEST_NOT_FOUND"
    zh = "没有找到该回避申请"
    en = "There is no such request for avoidance."


class NotYourDeclaration(Forbidden):
    """Only who declares asks for avoidance."""

    code = "NOT_YOUR_DECLARATION"
    zh = "只有申报人本人可以申请评审专家回避"
    en = "Only the applicant asks that an expert keep out."


class NobodyNamed(Invalid):
    """A request names an expert's id, or a name and where that one works."""

    code = "NOBODY_NAMED"
    zh = "请写明专家编号，或者专家姓名和所在单位"
    en = "Name the expert's id, or a name and the unit."


class RequestTooLate(Conflict):
    """The experts of the declaration's meeting are drawn, or its review is over."""

    code = "AVOIDANCE_TOO_LATE"
    zh = "评审专家已经抽取或该申报已办结，不能再申请回避"
    en = "The experts are drawn, or the review is over: it is too late to ask for avoidance."


class TooManyRequests(RuleBroken):
    """A declaration has as many requests as the policy allows."""

    code = "AVOIDANCE_REQUESTS_USED_UP"
    zh = "每项申报最多提出 {most} 项回避申请（含已撤回和不予回避的）"
    en = "A declaration has at most {most} requests for avoidance, those withdrawn and rejected included."
