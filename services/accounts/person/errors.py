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


class ContractMissing(Invalid):
    """People of this kind declare at the unit of their contract; it must be told."""

    code = "CONTRACT_MISSING"
    zh = "{kind_zh}在劳动关系所在单位申报，请填写与本单位签订的合同"
    en = "{kind_en}: declared at the unit of the contract. Tell kind, day and term of the contract with this unit."


class AidMissing(Invalid):
    """An aid-Qinghai talent has a sending unit and a period."""

    code = "AID_MISSING"
    zh = "援青人才须填写派出单位、派出单位主管部门和援派起止时间"
    en = "An aid-Qinghai talent has a sending unit, the authority over it, and a period."


class AidNeedless(Invalid):
    """Only an aid-Qinghai talent is sent."""

    code = "AID_NEEDLESS"
    zh = "只有援青人才填写派出单位和援派时间"
    en = "Only an aid-Qinghai talent has a sending unit; leave it out."


class PeriodWrong(Invalid):
    """A period ends before it begins, or begins in the future."""

    code = "PERIOD_WRONG"
    zh = "起止时间有误：结束不能早于开始，签订或变动日期不能晚于今天"
    en = "A period does not end before it begins, and a day of signing or change is not in the future."


class DocumentWrong(Invalid):
    """Form, date of birth or check digit is wrong."""

    code = "DOCUMENT_WRONG"
    zh = "{kind_zh}号码有误：{zh}，请核对"
    en = "The number is not right: {en}. Look again."


class NationalityMissing(Invalid):
    """A number alone does not tell a passport from another country's."""

    code = "NATIONALITY_MISSING"
    zh = "{kind_zh}须注明国籍（三位字母代码）"
    en = "Tell the nationality (three letters): {kind_en}."


class NationalityNeedless(Invalid):
    """The document says it itself."""

    code = "NATIONALITY_NEEDLESS"
    zh = "{kind_zh}无需注明国籍"
    en = "This document tells the nationality itself; leave it out."


class DocumentNotFound(NotFound):
    """The person has no document by that id."""

    code = "DOCUMENT_NOT_FOUND"
    zh = "没有找到该身份证件"
    en = "This person has no such document."


class DocumentTwice(Conflict):
    """The person has that document already."""

    code = "DOCUMENT_TWICE"
    zh = "该人员已登记此证件；如原记录有误，请删除多余的一份"
    en = "This person has that document already. Remove the one that is too much."


class LastDocument(RuleBroken):
    """A person is known by a document, and by one that lasts for life if there was one."""

    code = "LAST_DOCUMENT"
    zh = "须保留至少一份身份证件，且不能删去最后一份终身不变的证件；号码有误请更正"
    en = "One document stays, and of those that last for life the last one does. Correct its number instead."


class DocumentsTooMany(RuleBroken):
    """Nobody has that many documents."""

    code = "DOCUMENTS_TOO_MANY"
    zh = "每人最多登记 {most} 份身份证件"
    en = "At most {most} documents are kept of a person."


class PersonExists(Conflict):
    """One person, one account; it says where and what to do, and nothing else of the person."""

    code = "PERSON_EXISTS"
    zh = "该人员已在“{organisation}”（{region}）建立账号，无需再次创建；如已与本单位签订劳动合同，请申请变更用人单位（employer-changes）"
    en = (
        "This person has an account already, at {organisation} ({region}). If there is a contract with your unit now,"
        " ask for the change of employer (employer-changes): it moves the account."
    )


class DocumentElsewhere(Conflict):
    """The document belongs to another account; it says where, and nothing else of that person."""

    code = "DOCUMENT_ELSEWHERE"
    zh = "该证件已登记在“{organisation}”（{region}）的另一账号下，一人一号，不能重复登记"
    en = "This document is on another account, at {organisation} ({region}). One person has one account."
