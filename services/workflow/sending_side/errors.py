"""Why an opinion of the sending side is not recorded."""

from services.kit.errors import Conflict, Forbidden, Invalid, RuleBroken


class NoSendingSide(RuleBroken):
    """Only people whom somebody sends have a sending side."""

    code = "NO_SENDING_SIDE"
    zh = "该申报人不是援青人才，无需派出单位审核意见"
    en = "The applicant is no aid-Qinghai talent: nobody's agreement is asked for."


class NotReviewingHere(Forbidden):
    """Opinions are recorded by whoever reviews the declaration now."""

    code = "NOT_REVIEWING_HERE"
    zh = "只有当前审核该申报的机构可以登记派出单位审核意见"
    en = "Only a reviewer who has the declaration now records what the sending side says."


class OpinionRecorded(Conflict):
    """What a body said is recorded once for each submission."""

    code = "OPINION_RECORDED"
    zh = "本次提交已登记{body}的意见（{opinion}），不能更改；有误的，退回后重新登记"
    en = "What {body_code} said of this submission is recorded ({opinion_code}); it changes with a new submission only."


class SheetMissing(Invalid):
    """An opinion stands on a stamped sheet that is among the declaration's materials."""

    code = "SHEET_MISSING"
    zh = "请指明本申报中载有该意见并盖章的“{item}”材料"
    en = "Name the material {item_code} of this declaration on which the opinion and the seal stand."


class SignedInTheFuture(Invalid):
    """Nobody has signed on a day to come."""

    code = "SIGNED_IN_THE_FUTURE"
    zh = "签署日期 {signed_on} 尚未到来"
    en = "{signed_on} is still to come."
