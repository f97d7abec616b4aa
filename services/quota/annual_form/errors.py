"""Why an annual review form is refused."""

from services.kit.errors import Conflict, Invalid, NotFound, RuleBroken


class FormNotFound(NotFound):
    """No form by that id that the caller may see."""

    code = "ANNUAL_FORM_NOT_FOUND"
    zh = "没有找到该年度审核表"
    en = "There is no such annual review form."


class FormOpen(Conflict):
    """The unit has a form of that year on its way."""

    code = "ANNUAL_FORM_OPEN"
    zh = "该单位 {year} 年度审核表正在填报或审核中，请在原表上继续"
    en = "The unit's form of {year} is already on its way; go on with that one."


class FiguresMissing(Invalid):
    """No figures are typed, and the unit keeps no staffing ledger from which they could be taken."""

    code = "FIGURES_MISSING"
    zh = "该单位没有岗位聘任台账，请填写表中各项，或先建立台账"
    en = "The unit keeps no staffing ledger. Fill in the cells, or begin the ledger first."


class OnlyInstitutionsFile(RuleBroken):
    """The unit is no institution and has no form to file (二（一）第1段)."""

    code = "ONLY_INSTITUTIONS_FILE"
    zh = "年度审核表由事业单位填报，本单位不受岗位数额限制"
    en = "Only public institutions file this form; this unit is not limited by posts."


class DepartmentCannotFile(RuleBroken):
    """An internal department is no legal person (附件3 一)."""

    code = "DEPARTMENT_CANNOT_FILE"
    zh = "内设机构不能填报年度审核表，应由所属单位填报"
    en = "An internal department files no form; its unit does."


class NoHrssAbove(RuleBroken):
    """No HRSS department stands above the unit, so nobody could approve."""

    code = "NO_HRSS_ABOVE"
    zh = "该单位之上没有人力资源社会保障部门，无法审核备案"
    en = "No HRSS department stands above the unit, so nobody could approve the form."
