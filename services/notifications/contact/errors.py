"""What is refused of contacts and wishes."""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken, TooMany


class ContactNotFound(NotFound):
    """The caller has no such contact."""

    code = "CONTACT_NOT_FOUND"
    zh = "没有找到该联系方式"
    en = "You have no such contact."


class AddressWrong(Invalid):
    """It is no address of that channel."""

    code = "ADDRESS_WRONG"
    zh = "{channel_zh}的地址格式不正确"
    en = "This is no address for {channel}."


class ContactKnown(Conflict):
    """The caller has that contact already."""

    code = "CONTACT_KNOWN"
    zh = "该联系方式已登记"
    en = "You have this contact already."


class TooManyContacts(RuleBroken):
    """No more contacts than the policy allows."""

    code = "TOO_MANY_CONTACTS"
    zh = "最多登记 {most} 个联系方式"
    en = "At most {most} contacts are kept for one account."


class OrderWrong(Invalid):
    """An order names each contact once."""

    code = "ORDER_WRONG"
    zh = "请将本人的全部联系方式各列一次"
    en = "Name every contact of yours exactly once."


class CodeWrong(RuleBroken):
    """It is not the code that was sent, or that one is over."""

    code = "CODE_WRONG"
    zh = "验证码不正确或已失效，请核对或重新获取"
    en = "This is not the code, or it has expired. Look again, or ask for another."


class AlreadyVerified(Conflict):
    """No code is needed."""

    code = "CONTACT_VERIFIED"
    zh = "该联系方式已验证"
    en = "This contact is verified already."


class TooManyCodes(TooMany):
    """Codes go out seldom."""

    code = "TOO_MANY_CODES"
    zh = "验证码发送过于频繁，请在 {seconds} 秒后再试"
    en = "Too many codes. Try again in {seconds} seconds."


class LegalNoticesStay(RuleBroken):
    """What the law wants told is not switched off."""

    code = "LEGAL_NOTICES_STAY"
    zh = "法定告知事项不能关闭：退回、公示、结果、证书、诚信处理等须送达本人"
    en = "Notices that the law wants told cannot be switched off: returns, publicity, results, certificates, findings."


class PeopleOnly(Forbidden):
    """Contacts are of people who sign in."""

    code = "PEOPLE_ONLY"
    zh = "联系方式由本人登录后管理"
    en = "Contacts are managed by whoever signs in, not by systems."


class ChannelAbsent(RuleBroken):
    """Nothing goes out by that channel."""

    code = "CHANNEL_ABSENT"
    zh = "本平台暂未开通{channel_zh}渠道"
    en = "Nothing is sent by {channel} here."
