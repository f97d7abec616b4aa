"""Why a declaration is refused."""

from services.kit.errors import Conflict, NotFound, RuleBroken


class DeclarationNotFound(NotFound):
    """No declaration by that id that the caller may see."""

    code = "DECLARATION_NOT_FOUND"
    zh = "没有找到该申报"
    en = "There is no such declaration."


class NotRecommended(RuleBroken):
    """The unit's recommendation is not confirmed: it comes, with its publicity, before the declaration."""

    code = "NOT_RECOMMENDED"
    zh = "用人单位的推荐及公示尚未完成，不能填报"
    en = "The unit's recommendation and its publicity are not finished, so nothing can be declared yet."


class DeclaredThroughUnit(RuleBroken):
    """People of this kind declare on their employer's recommendation, not directly."""

    code = "DECLARED_THROUGH_UNIT"
    zh = "{kind}应由用人单位“{unit}”推荐后申报，不能直接向县级人社部门申报"
    en = "Somebody who is {kind_code} declares on the recommendation of {unit}, not directly."


class NoCountyAbove(RuleBroken):
    """Who declares directly belongs to a county's HRSS; this person does not."""

    code = "NO_COUNTY_ABOVE"
    zh = "直接申报由所在县（市、区、行委）人社部门受理，您的账号不在县级人社部门"
    en = "A direct declaration goes to the HRSS of the county, and your account belongs to none."


class TestNotPassed(RuleBroken):
    """The online test of the cycle comes before anything is filled in."""

    __test__ = False
    code = "TEST_NOT_PASSED"
    zh = "请先通过 {year} 年度的在线测试，再进行填报"
    en = "Pass the online test of {year} first."


class OneDeclarationAYear(Conflict):
    """The person has a declaration in the cycle; one series and specialty a year."""

    code = "ONE_DECLARATION_A_YEAR"
    zh = "您在 {year} 年度已有申报，同一年度只能申报一个系列（专业）"
    en = "You have a declaration in {year} already; one series a year."


class CommitteeFixed(RuleBroken):
    """The unit's declarations of that series and level go to one committee, fixed by the first of them."""

    code = "COMMITTEE_FIXED"
    zh = "本单位该系列该层级的申报已统一报送“{name}”，不得报送其他评委会"
    en = "This unit's declarations of that series and level go to {name}, not to another committee."


class CommitteeNotCompetent(RuleBroken):
    """The committee named is not the one whose jurisdiction covers the declaration."""

    code = "COMMITTEE_NOT_COMPETENT"
    zh = "所选评委会不能受理该申报，应报送“{name}”"
    en = "The committee named is not competent for this declaration; {name} is."


class NotWithApplicant(Conflict):
    """What was submitted stays as it is while it is reviewed."""

    code = "NOT_WITH_APPLICANT"
    zh = "申报已提交，审核期间不能修改"
    en = "A submitted declaration cannot be changed while it is reviewed."


class SectionUnknown(NotFound):
    """No section of a declaration has that name."""

    code = "SECTION_UNKNOWN"
    zh = "申报信息没有名为“{section}”的部分"
    en = "A declaration has no section called {section}."


class RoundNotFound(NotFound):
    """The declaration was not submitted that often."""

    code = "ROUND_NOT_FOUND"
    zh = "该申报没有第 {round} 次提交"
    en = "The declaration has no round {round}."


class NotReturned(RuleBroken):
    """After a return only what was returned is mended."""

    code = "NOT_RETURNED"
    zh = "只能修改被退回的内容；“{items}”没有被退回"
    en = "Only what was returned can be changed; {items} was not."
