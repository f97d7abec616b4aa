"""Why review criteria are refused."""

from services.kit.errors import Forbidden, Invalid, NotFound, RuleBroken


class CriteriaNotFound(NotFound):
    """No criteria by that id."""

    code = "CRITERIA_NOT_FOUND"
    zh = "没有找到该评审条件"
    en = "There are no such criteria."


class NoCriteriaInForce(RuleBroken):
    """The series and level have no published criteria in force, so nothing can be declared."""

    code = "NO_CRITERIA_IN_FORCE"
    zh = "{series}{level}没有已公布且施行的评审条件"
    en = "No published criteria are in force for {level_code} of series {code}."


class DocumentsMissing(RuleBroken):
    """A proposal needs its drafting explanation, research report and consultation record."""

    code = "DOCUMENTS_MISSING"
    zh = "报送评价标准须附：{missing}"
    en = "A proposal of criteria needs: {missing_en}."


class ServedElsewhere(Forbidden):
    """A body makes criteria for its own region or unit, or for the whole province, for no other."""

    code = "SERVED_ELSEWHERE"
    zh = "只能为本地区、本单位制定评审条件"
    en = "A body proposes criteria for its own region or unit only."


class PaperOnly(RuleBroken):
    """A menu leaves papers as the only way."""

    code = "PAPER_ONLY"
    zh = "菜单“{menu}”以论文为唯一选择，应改为成果“多选”"
    en = "The menu {menu} leaves papers as the only way."


class MenuTooShort(Invalid):
    """A menu asks for more achievements than it offers."""

    code = "MENU_TOO_SHORT"
    zh = "菜单“{menu}”要求 {need} 项，但只列出 {entries} 项"
    en = "The menu {menu} asks for {need} achievements and lists {entries}."


class CodeTwice(Invalid):
    """Two gates, menus or entries share a code."""

    code = "CODE_TWICE"
    zh = "代码“{twice}”重复"
    en = "The code {twice} is used twice."


class EvidenceUnknown(Invalid):
    """A kind of evidence that the policy does not know."""

    code = "EVIDENCE_UNKNOWN"
    zh = "没有“{kind}”这一佐证类别"
    en = "There is no kind of evidence {kind}."


class FactUnknown(Invalid):
    """A threshold is put to a figure that the policy does not know."""

    code = "FACT_UNKNOWN"
    zh = "没有“{fact}”这一指标，可用：{known}"
    en = "There is no figure {fact}; there are {known}."


class FactInOtherUnit(Invalid):
    """A threshold is put in another unit than its figure is counted in."""

    code = "FACT_IN_OTHER_UNIT"
    zh = "“{title}”以“{unit}”计"
    en = "{fact} is counted in {unit}."


class FieldsNotAsked(Invalid):
    """Fields of degrees are listed where the figure is about something else."""

    code = "FIELDS_NOT_ASKED"
    zh = "只有要求所学专业与申报专业一致的条件可以列出专业（fields）"
    en = "Only a condition on the field of a degree lists fields."


class DegreeNotDemanded(Invalid):
    """A condition on the field of a degree whose threshold is met by all, or by nobody."""

    code = "DEGREE_NOT_DEMANDED"
    zh = "“{title}”的要求（at_least）应为 1"
    en = "The threshold (at_least) of {fact} is 1."


class ProposalLate(RuleBroken):
    """New criteria of the year were due before."""

    code = "PROPOSAL_LATE"
    zh = "本年度新制定的评价标准应于 {due} 前报送"
    en = "New criteria of this year were due by {due}."
