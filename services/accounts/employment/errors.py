"""What employments and changes of employer refuse. No message tells a unit who it is that it asks for."""

from services.kit.errors import Conflict, Invalid, NotFound, RuleBroken


class ChangeNotFound(NotFound):
    """No change of employer by that id in which the caller has a part."""

    code = "EMPLOYER_CHANGE_NOT_FOUND"
    zh = "没有找到该变更用人单位的申请"
    en = "There is no such change of employer."


class NoAccountYet(RuleBroken):
    """Nobody is known by that document: there is nothing to move."""

    code = "NO_ACCOUNT_YET"
    zh = "该证件尚未建立账号，请由本单位直接创建"
    en = "Nobody has an account by this document. Create one at your unit."


class AlreadyHere(Conflict):
    """The person belongs to the unit that asks."""

    code = "ALREADY_HERE"
    zh = "该人员已属于本单位；调整内设机构请直接办理，无需申请变更用人单位"
    en = "This person belongs to your unit already. Moving between its departments needs no change of employer."


class ChangeUnderWay(Conflict):
    """One change of a person at a time."""

    code = "CHANGE_UNDER_WAY"
    zh = "该人员已有一项正在办理的变更用人单位申请"
    en = "A change of employer is under way for this person."


class DepartmentElsewhere(Invalid):
    """It is no internal department of the employer."""

    code = "DEPARTMENT_ELSEWHERE"
    zh = "所选机构不是该人员用人单位的内设机构"
    en = "That is no internal department of the person's employer."


class NothingChanges(Conflict):
    """The person is there already, or of that kind already."""

    code = "NOTHING_CHANGES"
    zh = "所填内容与现状相同，无需变更"
    en = "It is so already; nothing would change."


class DateOutsideEmployment(Invalid):
    """Before the present period began, or in the future."""

    code = "DATE_OUTSIDE_EMPLOYMENT"
    zh = "日期应在 {began_on} 至今天之间"
    en = "The day lies between {began_on} and today."


class WithoutEmployer(Conflict):
    """There is no employment to change."""

    code = "WITHOUT_EMPLOYER"
    zh = "该人员目前没有用人单位"
    en = "This person has no employer at present."
