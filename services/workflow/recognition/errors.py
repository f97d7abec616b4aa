"""Why a recognition is refused, beyond the rules of its steps."""

from services.kit.errors import Conflict, NotFound, RuleBroken


class RecognitionNotFound(NotFound):
    """No such request, or none the caller may see."""

    code = "RECOGNITION_NOT_FOUND"
    zh = "没有找到该互认申请"
    en = "There is no such request for recognition."


class PersonNotYours(NotFound):
    """The caller is not the person, and does not recommend for the person's unit."""

    code = "PERSON_NOT_YOURS"
    zh = "只能由本人或所在用人单位提出互认申请"
    en = "The person, or the unit he or she works for, asks for a recognition."


class NotEmployed(RuleBroken):
    """Who belongs to no employer of the province has nobody to confirm the title."""

    code = "NOT_EMPLOYED"
    zh = "须为流动到我省工作的专业技术人才，该人员目前没有用人单位"
    en = "Titles are recognised for who works in the province; the person has no employer now."


class TitleNotOnRecord(RuleBroken):
    """What is to be recognised stands on the person's record."""

    code = "TITLE_NOT_ON_RECORD"
    zh = "本人档案中没有该现专业技术资格，或其未获用人单位确认"
    en = "The person's record holds no such title, or the unit refused it."


class RecognitionUnderWay(Conflict):
    """Of a title there is one request at a time."""

    code = "RECOGNITION_UNDER_WAY"
    zh = "该资格已有正在办理的互认申请"
    en = "A request for that title is under way."
