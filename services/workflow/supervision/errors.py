"""Why something about supervision is refused."""

from services.kit.errors import Forbidden, Invalid, NotFound, RuleBroken


class FlagNotFound(NotFound):
    """No flag by that id in the caller's reach."""

    code = "FLAG_NOT_FOUND"
    zh = "没有找到该审核速度提示"
    en = "There is no such flag."


class PaceCursorUnreadable(Invalid):
    """The cursor was not given by this list."""

    code = "CURSOR_UNREADABLE"
    zh = "翻页标记无效，请从第一页重新开始"
    en = "The cursor is none of this list. Begin with the first page again."


class FindingNotFound(NotFound):
    """No finding by that id in the caller's reach."""

    code = "FINDING_NOT_FOUND"
    zh = "没有找到该监督处理"
    en = "There is no such finding."


class NotUnderYou(Forbidden):
    """A finding is made from above the organisation that it concerns."""

    code = "NOT_UNDER_YOU"
    zh = "监督处理由该机构的上级作出"
    en = "A finding is made by who stands above the organisation concerned."


class NotThatOrganisation(Invalid):
    """The organisation neither reviewed nor recommended, nor is it the committee's office."""

    code = "NOT_THAT_ORGANISATION"
    zh = "该机构不在所列申报的审核链上"
    en = "The organisation is not on the line of every declaration named."


class DeclarationsMissing(Invalid):
    """A finding names what it is about."""

    code = "DECLARATIONS_MISSING"
    zh = "宣布评审结果无效须指明一份申报；限期纠正须指明提示或申报和机构"
    en = "To void a result name one declaration; to order a correction name a flag, or declarations and the organisation."


class NotFlagged(Invalid):
    """A finding on a flag is about what was flagged."""

    code = "NOT_FLAGGED"
    zh = "所列申报不在该提示之内"
    en = "A declaration named is none of those that were flagged."


class DueDayInvalid(Invalid):
    """A correction has a day to come; a void result has none."""

    code = "DUE_DAY_INVALID"
    zh = "限期纠正须限定今后{days}日内的日期，宣布无效不限日期"
    en = "A correction is due on one of the next {days} days; a void result has no such day."


class YouActedOnIt(RuleBroken):
    """Who has acted on a declaration does not supervise what was done with it."""

    code = "YOU_ACTED_ON_IT"
    zh = "您或与您互为委托的人办理过该申报，应由他人处理"
    en = "You, or who you act for, have acted on the declaration; somebody else decides."


class ReasonNeeded(Invalid):
    """What is not accepted is said why."""

    code = "REASON_NEEDED"
    zh = "不予认可须说明理由"
    en = "Say why it is not accepted."
