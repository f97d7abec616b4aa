"""What the creation of people's accounts refuses. No message tells more of a person than where the account is."""

from services.kit.errors import Conflict, Invalid, NotFound, RuleBroken


class PersonNotFound(NotFound):
    """No person by that id that the caller may see."""

    code = "PERSON_NOT_FOUND"
    zh = "没有找到该人员"
    en = "There is no such person."


class NotAtThisUnit(RuleBroken):
    """A unit of this nature has no people of this kind."""

    code = "NOT_AT_THIS_UNIT"
    zh = "{kind_zh}不能由该单位创建账号"
    en = "This unit does not give accounts to {kind_en}."


class CountyOnly(RuleBroken):
    """The self-employed and freelancers get their account from the county HRSS."""

    code = "COUNTY_ONLY"
    zh = "{kind_zh}的账号由户口所在地或所在地县（市、区、行委）人力资源社会保障局创建"
    en = "{kind_en}: the account is given by the HRSS department of the county of residence or place."


class RestsOnMissing(Invalid):
    """Which county it is rests on residence or on place; the account records it."""

    code = "RESTS_ON_MISSING"
    zh = "请注明依据户口所在地（RESIDENCE）还是所在地（PLACE）创建"
    en = "Tell whether the county is that of residence (RESIDENCE) or of place (PLACE)."


class RestsOnNeedless(Invalid):
    """Someone with an employer belongs to it, not to a county."""

    code = "RESTS_ON_NEEDLESS"
    zh = "有用人单位的人员无需注明户口所在地或所在地"
    en = "Someone with an employer belongs to it; leave this out."


class ResidentIdWrong(Invalid):
    """Form, date of birth or check digit is wrong."""

    code = "RESIDENT_ID_WRONG"
    zh = "公民身份号码应为18位，且出生日期和校验码正确，请核对"
    en = "A resident id has 18 characters with a possible date of birth and a check digit. Look again."


class PersonExists(Conflict):
    """One person, one account; it says where, and nothing else of the person."""

    code = "PERSON_EXISTS"
    zh = "该人员已在“{organisation}”（{region}）建立账号，无需再次创建；变更单位请由现单位办理"
    en = "This person has an account already, at {organisation} ({region}). A change of employer moves it."
