"""Why a publicity or an objection is refused."""

from services.kit.errors import Conflict, NotFound, RuleBroken


class PublicityNotFound(NotFound):
    """No publicity by that id."""

    code = "PUBLICITY_NOT_FOUND"
    zh = "没有找到该公示"
    en = "There is no such publicity."


class ObjectionNotFound(NotFound):
    """No objection by that id that the caller may see."""

    code = "OBJECTION_NOT_FOUND"
    zh = "没有找到该异议"
    en = "There is no such objection."


class PublicityClosed(RuleBroken):
    """Objections are taken while the publicity lasts."""

    code = "PUBLICITY_CLOSED"
    zh = "公示期为 {opens} 至 {closes}，现已不接受异议"
    en = "The publicity lasts from {opens} to {closes}; objections are no longer taken."


class PublicityEnded(Conflict):
    """A decision rests on the publicity already, or its subject is gone."""

    code = "PUBLICITY_ENDED"
    zh = "该公示已经结束"
    en = "This publicity has been ended."


class PersonalNumbers(RuleBroken):
    """What is to be published holds a resident id or a mobile number."""

    code = "PERSONAL_NUMBERS"
    zh = "公示内容中含有身份证号或手机号码，请先更正姓名、单位等信息"
    en = "What is to be published holds a resident id or a mobile number. Correct the names first."
