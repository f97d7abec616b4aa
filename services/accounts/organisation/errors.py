"""What the creation of organisations refuses. `findings` of a rule's refusal say who may create it instead."""

from services.kit.errors import Conflict, Invalid, NotFound, RuleBroken


class OrganisationNotFound(NotFound):
    """No organisation by that id that the caller may see."""

    code = "ORGANISATION_NOT_FOUND"
    zh = "没有找到该组织机构"
    en = "There is no such organisation."


class CreationRefused(RuleBroken):
    """Base of refusals by the creation rules."""

    code = "CREATION_REFUSED"
    zh = "不能创建该组织机构。{who_zh}"
    en = "This organisation cannot be created here. {who_en}"


class RootIsGiven(CreationRefused):
    """The provincial HRSS exists from the start."""

    code = "ROOT_IS_GIVEN"
    zh = "省级人力资源社会保障部门由系统预先建立，不能创建"
    en = "The provincial HRSS department exists from the start and cannot be created."


class NotYoursToCreate(CreationRefused):
    """Creation goes level by level; this creator is not directly above."""

    code = "NOT_YOURS_TO_CREATE"
    zh = "{creator_zh}不能创建{created_zh}：组织机构应自上而下逐级创建。{who_zh}"
    en = "A {creator_en} cannot create a {created_en}: each level is created by the one directly above. {who_en}"


class DepartmentCreatesNothing(CreationRefused):
    """An internal department creates no organisations."""

    code = "DEPARTMENT_CREATES_NOTHING"
    zh = "内设机构不能创建组织机构。{who_zh}"
    en = "An internal department creates no organisations. {who_en}"


class BelongsToAnother(CreationRefused):
    """Units of this nature belong to a superior the notice names."""

    code = "BELONGS_TO_ANOTHER"
    zh = "{nature_zh}不由{creator_zh}创建。{who_zh}"
    en = "A {nature_en} is not created by a {creator_en}. {who_en}"


class CountsAsAnother(CreationRefused):
    """Units of this nature count as another kind or level."""

    code = "COUNTS_AS_ANOTHER"
    zh = "{nature_zh}应作为{counts_zh}创建。{who_zh}"
    en = "A {nature_en} is created as a {counts_en}. {who_en}"


class OutsideYourRegion(CreationRefused):
    """The creator's jurisdiction does not hold that region, or not at this level."""

    code = "OUTSIDE_YOUR_REGION"
    zh = "{region_zh}不在{creator_zh}可创建的范围（{own_zh}）内。{who_zh}"
    en = "{region_zh} is outside of what this {creator_en} may create in ({own_zh}). {who_en}"


class OrganisationMalformed(Invalid):
    """What is told of the organisation does not fit its kind; each finding names one field."""

    code = "ORGANISATION_MALFORMED"
    zh = "机构信息有误：{reasons_zh}"
    en = "What is told of the organisation does not fit. {reasons_en}"


class OrganisationExists(Conflict):
    """The organisation was created before; once is enough. Where it is closed or merged, `where` says so."""

    code = "ORGANISATION_EXISTS"
    zh = "“{name}”已创建，无需再次创建{where_zh}"
    en = "{name} exists already and is not created again.{where_en}"


class TreeBusy(Conflict):
    """Another change of the tree, or an import, takes longer than this one may keep everybody waiting."""

    code = "TREE_BUSY"
    zh = "组织机构正在调整或批量导入，请稍后再试"
    en = "Organisations are being changed or imported. Try again in a moment."


class OrganisationNotInUse(RuleBroken):
    """A closed organisation, or one that went into another, creates nothing and grants nothing."""

    code = "ORGANISATION_NOT_IN_USE"
    zh = "“{name}”{state_zh}，不能办理此项业务"
    en = "{name} is {state}: nothing is created or granted there."


class CannotTakeOver(RuleBroken):
    """The organisation to merge into could not have created what it would take over; findings name each of these."""

    code = "CANNOT_TAKE_OVER"
    zh = "“{name}”不能接收其下级机构或人员：{reasons_zh}"
    en = "{name} cannot take over what stands there. {reasons_en}"


class NotAManagerHere(RuleBroken):
    """The person in charge is one of the organisation's own managers (一（三）3)."""

    code = "NOT_A_MANAGER_HERE"
    zh = "负责人应是本机构的机构管理员账号"
    en = "The person in charge holds ORGANISATION_MANAGER at this organisation."


class RegionUnknown(Invalid):
    """The region code is not one of the province's."""

    code = "REGION_UNKNOWN"
    zh = "行政区划代码“{code}”不在本省代码表中"
    en = "{code} is not a region code of this province."


class RegionFormer(Invalid):
    """The code, once right, has given way to another."""

    code = "REGION_FORMER"
    zh = "行政区划代码“{code}”（{former}）自{until}起已停用，现为{present}（{present_code}）"
    en = "{code} ({former}) is out of use since {until}; it is {present} ({present_code}) now."


class CursorWrong(Invalid):
    """`after` is not a cursor of this list."""

    code = "CURSOR_WRONG"
    zh = "分页位置无效，请使用上一页给出的位置"
    en = "`after` is not a cursor of this list."
