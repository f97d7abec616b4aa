"""Why a file, or a row of it, is refused. What a creation itself would refuse keeps the creation's own code and words."""

from services.kit.errors import Conflict, Invalid, NotFound, RuleBroken, TooMany


class ImportNotFound(NotFound):
    """No import by that id that the caller may see."""

    code = "IMPORT_NOT_FOUND"
    zh = "没有找到该导入"
    en = "There is no such import."


class LinkInvalid(NotFound):
    """The link is not ours, or its time is over."""

    code = "LINK_INVALID"
    zh = "链接无效或已过期，请重新获取"
    en = "The link is not valid or has expired. Ask for a new one."


class TooManyImports(TooMany):
    """The organisation has as many unfinished imports as it may."""

    code = "TOO_MANY_IMPORTS"
    zh = "该机构已有 {limit} 个未完成的导入，请先完成或取消"
    en = "This organisation has {limit} unfinished imports already. Finish or cancel one first."


class NotYoursAlone(NotFound):
    """Codes are given to whoever imported, and to no colleague."""

    code = "ACTIVATIONS_NOT_FOUND"
    zh = "没有可下载的激活码清单：仅导入人本人可在有效期内下载"
    en = "There are no codes to fetch: only whoever imported may, while they are good."


class ParentUnknown(Invalid):
    """The superior named is neither below the caller's organisation nor in the file."""

    code = "PARENT_UNKNOWN"
    zh = "没有找到上级机构“{parent}”：应为本机构、其下级机构，或本表中的机构"
    en = "{parent} is neither the importing organisation, nor one below it, nor one of this file."


class ParentAmbiguous(Invalid):
    """Several organisations have the name by which the superior is named."""

    code = "PARENT_AMBIGUOUS"
    zh = "名为“{parent}”的机构不止一个，请填写统一社会信用代码"
    en = "Several organisations are called {parent}. Name it by its unified social credit code."


class ParentInCycle(Invalid):
    """Rows that are each other's superiors."""

    code = "PARENT_CYCLE"
    zh = "上下级关系形成循环：第 {rows} 行"
    en = "These rows are each other's superiors: {rows}."


class ParentRefused(RuleBroken):
    """What is above it cannot be imported."""

    code = "PARENT_REFUSED"
    zh = "上级机构（第 {row} 行）未通过校验"
    en = "Its superior, row {row}, was refused."


class RepeatsRow(Conflict):
    """Another row says the same."""

    code = "REPEATS_ROW"
    zh = "与第 {row} 行重复"
    en = "It repeats row {row}."


class NotYourUnit(RuleBroken):
    """People are imported by the unit they work at."""

    code = "NOT_YOUR_UNIT"
    zh = "人员由其所在单位（或其内设机构）导入：应填写本单位的代码，或本单位内设机构的名称"
    en = "People are imported by their own unit: give its own code, or the name of its internal department."
