"""Why a cycle, its windows, a series, a specialty or an arrangement refuses."""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken


class CycleNotFound(NotFound):
    """No cycle by that id."""

    code = "CYCLE_NOT_FOUND"
    zh = "没有找到该评审年度"
    en = "There is no such cycle."


class CycleExists(Conflict):
    """The year has its cycle already."""

    code = "CYCLE_EXISTS"
    zh = "{year} 年度职称评审已经建立"
    en = "The cycle of {year} exists already."


class ProvinceOnly(Forbidden):
    """Only the title officers of the provincial HRSS may do this."""

    code = "PROVINCE_ONLY"
    zh = "此项操作应由省人力资源社会保障厅职称管理部门进行"
    en = "This belongs to the title officers of the provincial HRSS."


class CycleNotOpen(RuleBroken):
    """The year's review has not been opened."""

    code = "CYCLE_NOT_OPEN"
    zh = "{year} 年度职称评审尚未启动"
    en = "The review of {year} has not been opened yet."


class YearClosed(RuleBroken):
    """The province has closed the year's review; nothing opens it again."""

    code = "CYCLE_CLOSED"
    zh = "{year} 年度职称评审已经结束"
    en = "The review of {year} has been closed."


class RunOver(RuleBroken):
    """After the closing date of the year's run no step is possible."""

    code = "RUN_OVER"
    zh = "{year} 年度职称评审工作已于 {closes} 截止，不能再办理"
    en = "The review of {year} closed on {closes}; no step is possible any more."


class OutsideWindow(RuleBroken):
    """Today is not in the period the notice sets for this."""

    code = "OUTSIDE_WINDOW"
    zh = "“{window}”的办理时间为 {opens} 至 {closes}，今天是 {today}"
    en = "{name} is possible from {opens} to {closes}; today is {today}."


class SeriesUnknown(Invalid):
    """No series by that code."""

    code = "SERIES_UNKNOWN"
    zh = "没有代码为 {series} 的职称系列"
    en = "There is no series {series}."


class LevelNotInSeries(Invalid):
    """The series has no such level."""

    code = "LEVEL_NOT_IN_SERIES"
    zh = "{series}不设{level}职称"
    en = "The series {code} has no level {level_code}."


class DecidedByExamination(RuleBroken):
    """The level is obtained by examination alone; nothing is reviewed."""

    code = "DECIDED_BY_EXAMINATION"
    zh = "{series}{level}职称实行以考代评，不组织评审"
    en = "{level_code} of series {code} is obtained by examination alone."


class SpecialtyNotFound(NotFound):
    """No specialty by that id."""

    code = "SPECIALTY_NOT_FOUND"
    zh = "没有找到该评审专业"
    en = "There is no such specialty."


class SpecialtyExists(Conflict):
    """The series has a specialty of that name already."""

    code = "SPECIALTY_EXISTS"
    zh = "该系列已有名为“{name}”的评审专业"
    en = "The series has a specialty named {name} already."


class SpecialtyNotOfSeries(Invalid):
    """The specialty belongs to another series."""

    code = "SPECIALTY_NOT_OF_SERIES"
    zh = "评审专业“{name}”不属于所选系列"
    en = "The specialty {name} belongs to another series."


class SpecialtyNotFiled(RuleBroken):
    """A specialty is usable only after it is filed with the provincial HRSS."""

    code = "SPECIALTY_NOT_FILED"
    zh = "评审专业“{name}”尚未报省人力资源社会保障厅备案"
    en = "The specialty {name} is not filed with the provincial HRSS yet."


class SpecialtyPast(RuleBroken):
    """It was adjusted or withdrawn: what is under way goes on with it, nothing new begins."""

    code = "SPECIALTY_PAST"
    zh = "评审专业“{name}”{state}，不再用于新的推荐和申报"
    en = "The specialty {name} is {state_code}; nothing new begins under it."


class AdjustsNothing(Invalid):
    """An adjustment changes the name or a limit."""

    code = "ADJUSTS_NOTHING"
    zh = "调整后的评审专业“{name}”与现评审专业相同"
    en = "The specialty {name} would be what it is."


class FeaturedElsewhere(RuleBroken):
    """A featured specialty is for the units of its region or industry (一（二）)."""

    code = "FEATURED_ELSEWHERE"
    zh = "特色评审专业“{name}”面向{limits}，申报人所在单位不在此范围"
    en = "The featured specialty {name} is for {limits_en}; the applicant's unit is outside."


class ArrangementNotFound(NotFound):
    """No arrangement by that id."""

    code = "ARRANGEMENT_NOT_FOUND"
    zh = "没有找到该年度安排"
    en = "There is no such arrangement."


class SeriesNotArranged(RuleBroken):
    """The series has no published arrangement, so nothing can be declared in it."""

    code = "SERIES_NOT_ARRANGED"
    zh = "{series}尚未公布 {year} 年度职称工作安排"
    en = "The arrangement of series {code} for {year} is not published yet."


class FeaturedForWhom(Invalid):
    """A featured specialty is limited to a region or an industry, so it names one."""

    code = "FEATURED_FOR_WHOM"
    zh = "特色评审专业须注明所面向的地区或产业"
    en = "A featured specialty names the region or the industry it is for."


class ExtensionNotFound(NotFound):
    """No extension by that id that the caller may read."""

    code = "EXTENSION_NOT_FOUND"
    zh = "没有找到该时间调整"
    en = "There is no such extension."


class ExtensionExists(Conflict):
    """The document has extended that window already."""

    code = "EXTENSION_EXISTS"
    zh = "文件 {document_number} 已用于调整该时间段"
    en = "Document {document_number} extends that window already."


class NoExaminationBefore(RuleBroken):
    """The level is not decided by an examination followed by a review: it has no pass mark."""

    code = "NO_EXAMINATION_BEFORE"
    zh = "{series}{level}职称不实行考评结合，没有合格标准"
    en = "{level_code} of series {code} is not decided by examination and review; it has no pass mark."


class PassMarkLater(Invalid):
    """A mark is put on record after the state has published it."""

    code = "PASS_MARK_LATER"
    zh = "合格标准的公布日期 {published_on} 晚于今天"
    en = "The pass mark cannot have been published on {published_on}, which is still to come."


class PassMarkExists(Conflict):
    """The level's mark of the year is on record by that document; it is corrected by another one."""

    code = "PASS_MARK_EXISTS"
    zh = "{series}{level}职称的合格标准已经登记，更正须另有文件"
    en = "The pass mark of {level_code} in series {code} is on record already. Another document corrects it."


class PassMarkNotPublished(RuleBroken):
    """A series of examination and review takes declarations once the state's pass mark is on record."""

    code = "PASS_MARK_NOT_PUBLISHED"
    zh = "{series}{level}职称实行考评结合，国家尚未公布 {year} 年度合格标准，暂不组织申报"
    en = "{level_code} of series {code} takes no declarations before the pass mark of {year} is published."
