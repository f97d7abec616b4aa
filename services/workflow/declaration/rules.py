"""The rules of submission, one sentence each; a rule names everything that breaks it, with its field."""

from collections.abc import Mapping
from datetime import date

from services.kit.errors import Basis, Finding
from services.kit.steps import Broken, rule
from services.workflow.declaration.case import Case, Demand, Document, Form, Period
from services.workflow.route.rules import as_broken


def outside(period: Period, case: Case) -> Broken | None:
    """How today lies outside a window of the cycle."""
    if period.opens <= case.today <= period.closes:
        return None
    return Broken(
        f"“{period.title}”的办理时间为 {period.opens} 至 {period.closes}，今天是 {case.today}",
        f"{period.name} is possible from {period.opens} to {period.closes}; today is {case.today}.",
        "window",
        period.basis,
    )


@rule(
    "DECLARATION_WINDOW_CLOSED",
    article="declaration_window",
    zh="首次提交应在申报时间内",
    en="A first submission falls into the window of declarations.",
)
def first_in_time(case: Case) -> Broken | None:
    """A first submission falls into the window of declarations."""
    return outside(case.first_submission, case)


@rule(
    "RESUBMISSION_WINDOW_CLOSED",
    article="review_window",
    zh="退回后的再次提交应在审核时间内",
    en="A resubmission falls into the window of reviews.",
)
def again_in_time(case: Case) -> Broken | None:
    """A resubmission falls into the window of reviews (a first submission's own window has passed by then)."""
    return None if outside(case.first_submission, case) is None else outside(case.resubmission, case)


@rule(
    "RUN_OVER",
    article="run",
    zh="年度评审工作截止后不能再办理",
    en="After the year's run no step is possible.",
)
def run_not_over(case: Case) -> Broken | None:
    """After the year's run no step is possible (三（六）)."""
    run = case.run
    if case.today <= run.closes:
        return None
    return Broken(
        f"年度评审工作已于 {run.closes} 截止，不能再办理",
        f"The run of the year ended on {run.closes}; no step is possible any more.",
        "window",
        run.basis,
    )


@rule(
    "RUN_NOT_OVER",
    article="run",
    zh="年度评审工作已经截止",
    en="The year's run is over.",
)
def run_over(case: Case) -> Broken | None:
    """Nothing lapses while the year's run lasts (三（六）)."""
    run = case.run
    if case.today > run.closes:
        return None
    return Broken(
        f"年度评审工作 {run.closes} 截止，今天是 {case.today}",
        f"The run of the year lasts until {run.closes}; today is {case.today}.",
        "window",
        run.basis,
    )


@rule(
    "GROUND_ENDED",
    article="declared_at_unit",
    zh="申报应由现用人单位推荐（无用人单位的，由所在县受理）",
    en="A declaration rests on the present employer's recommendation, or on the applicant's own county.",
)
def ground_stands(case: Case) -> Broken | None:
    """A declaration rests on the present employer's recommendation, or on the applicant's own county (二（二）)."""
    if not case.ground_ended:
        return None
    return Broken(
        "您已不属于原推荐单位，请在新单位推荐后转入本申报，已填内容和材料保留",
        "You have left the unit that recommended you. Begin on the new unit's recommendation; what you wrote is kept.",
        "recommendation_id",
    )


@rule(
    "ROUTE_STILL_OPEN",
    article="declaration_order",
    zh="提交时申报人仍符合申报途径的条件",
    en="Whoever submits still meets the conditions of the route.",
)
def route_still_open(case: Case) -> list[Broken]:
    """What the route rests on has not been revoked or come to its end since (三（二）)."""
    return as_broken(case.route_closed)


@rule(
    "RESPONSIBILITY_NOT_CONFIRMED",
    article="applicant_answers",
    zh="提交前，申报人须确认对所提交材料的真实、清晰、准确负责",
    en="Before submitting, the applicant confirms to answer for what is submitted.",
)
def responsibility_confirmed(case: Case) -> Broken | None:
    """The applicant confirms to answer for what is submitted (二（五）3)."""
    answered = case.filled_in.content.responsibility
    if answered is not None and answered.confirmed:
        return None
    return Broken(
        "尚未确认个人承诺",
        "The statement of responsibility is not confirmed.",
        "content.responsibility.confirmed",
    )


@rule(
    "SECTION_UNFINISHED",
    article="applicant_answers",
    zh="已填写的申报信息须准确、完整，不得留有未填妥的部分",
    en="No section is left unfinished.",
)
def sections_finished(case: Case) -> list[Broken]:
    """No section is left as something that cannot be read (二（五）3)."""
    return [
        Broken(
            f"“{case.named(each)}”尚未填妥",
            f"Section {each} is saved unfinished.",
            f"content.{each}",
        )
        for each in sorted(case.filled_in.unfinished)
    ]


@rule(
    "SECTION_MISSING",
    article="declaration_order",
    zh="应填的申报信息须填写完整",
    en="Every section asked for is filled in.",
)
def sections_filled(case: Case) -> list[Broken]:
    """Every section asked for is filled in (二（五）3)."""
    form = case.filled_in
    return [
        _section_missing(each) for each in form.sections if form.content.filled(each.code) < each.at_least
    ]


def _section_missing(demand: Demand) -> Broken:
    return Broken(
        f"“{demand.name}”未填写（至少 {demand.at_least} 项）",
        f"Section {demand.code} needs at least {demand.at_least} entries.",
        f"content.{demand.code}",
        demand.basis,
    )


@rule(
    "ACHIEVEMENT_KIND_UNKNOWN",
    article="achievement_menu",
    zh="业绩成果的类别应在规定的菜单之内",
    en="An achievement is of a kind on the menu.",
)
def kinds_known(case: Case) -> list[Broken]:
    """An achievement is of a kind on the menu (一（一）)."""
    form = case.filled_in
    return [
        Broken(
            f"没有名为“{each.kind}”的业绩成果类别",
            f"No kind of achievement is called {each.kind}.",
            f"content.achievements.{number}.kind",
        )
        for number, each in enumerate(form.content.achievements)
        if each.kind not in form.achievement_kinds
    ]


@rule(
    "NO_ACHIEVEMENT_COUNTS",
    article="cut_off",
    zh="至少有一项业绩成果在计算期内",
    en="At least one achievement falls into the period that counts.",
)
def achievements_count(case: Case) -> Broken | None:
    """At least one achievement falls into the period that counts (三（六）2)."""
    form = case.filled_in
    uncounted = uncounted_achievements(form)
    if not form.content.achievements or len(uncounted) < len(form.content.achievements):
        return None
    return Broken(
        "没有可计算的业绩成果：" + "；".join(each.zh for each in uncounted),
        "No achievement counts: " + " ".join(each.en for each in uncounted),
        "content.achievements",
    )


@rule(
    "CONTINUING_EDUCATION_SHORT",
    article="continuing_education",
    zh="继续教育学时应达到规定",
    en="The class hours of continuing education are reached.",
)
def hours_reached(case: Case) -> list[Broken]:
    """The class hours of continuing education are reached in every year asked for (二（五）1)."""
    return hours_short(case.filled_in)


def hours_short(form: Form) -> list[Broken]:
    """The years in which they are not."""
    found = []
    for need in form.hours:
        public = sum(e.public_hours for e in form.content.continuing_education if e.year == need.year)
        professional = sum(
            e.professional_hours for e in form.content.continuing_education if e.year == need.year
        )
        if public < need.public or professional < need.professional:
            found.append(
                Broken(
                    f"{need.year} 年继续教育公需科目 {public}/{need.public} 学时、"
                    f"专业科目 {professional}/{need.professional} 学时",
                    f"{need.year}: public {public} of {need.public} hours, "
                    f"professional {professional} of {need.professional} hours.",
                    "content.continuing_education",
                    need.basis,
                )
            )
    return found


@rule(
    "MATERIAL_MISSING",
    article="clear_materials",
    zh="应提交的佐证材料须齐全",
    en="Every material asked for is there.",
)
def materials_present(case: Case) -> list[Broken]:
    """Every material asked for is there, dated so that it counts (二（五）2, 二（五）3, 三（六）2)."""
    form = case.filled_in
    return [_material_missing(each) for each in form.items if _counting(form, each.code) < each.at_least]


def _counting(form: Form, item: str) -> int:
    return sum(1 for each in form.documents if each.item == item and not is_late(each, form))


def _material_missing(demand: Demand) -> Broken:
    return Broken(
        f"缺少佐证材料“{demand.name}”",
        f"A material of kind {demand.code} is missing.",
        f"materials.{demand.code}",
        demand.basis,
    )


@rule(
    "MATERIAL_WITHOUT_FILE",
    article="clear_materials",
    zh="每项佐证材料都应有已上传的文件",
    en="Every material has its file.",
)
def files_stored(case: Case) -> list[Broken]:
    """Every material has its file (二（五）3)."""
    return [
        Broken(f"“{each.title}”尚未上传文件", f"{each.title} has no file yet.", f"materials.{each.item}")
        for each in case.filled_in.documents
        if not each.stored
    ]


@rule(
    "RETURNED_ITEM_NOT_MENDED",
    article="return_level_by_level",
    zh="退回的每一项都应修改后再提交",
    en="Every item returned is mended before submitting again.",
)
def returned_mended(case: Case) -> list[Broken]:
    """Every item returned is mended before submitting again (三（一）)."""
    return [
        Broken(
            f"退回的“{case.named(each.item)}”尚未修改：{each.reason}",
            f"{each.item} is not mended: {each.reason}",
            each.item,
        )
        for each in case.returned
        if each.item not in case.touched
    ]


def is_late(document: Document, form: Form) -> bool:
    """Whether a material was obtained too late to count."""
    return document.obtained_on is not None and document.obtained_on > form.counted.until


def counts(obtained_on: date, form: Form) -> bool:
    """Whether an achievement of that day counts (三（六）2)."""
    first = form.counted.achievements_from(form.content)
    return (first is None or obtained_on >= first) and obtained_on <= form.counted.until


def uncounted_achievements(form: Form) -> list[Broken]:
    """The achievements that do not count, each with the reason (三（六）2)."""
    first = form.counted.achievements_from(form.content)
    until, found = form.counted.until, []
    for number, each in enumerate(form.content.achievements):
        field = f"content.achievements.{number}.obtained_on"
        if first is not None and each.obtained_on < first:
            zh = f"“{each.title}”（{each.obtained_on}）早于 {first}，不计入"
            found.append(
                Broken(zh, f"{each.title} ({each.obtained_on}) is before {first} and does not count.", field)
            )
        elif each.obtained_on > until:
            zh = f"“{each.title}”（{each.obtained_on}）晚于 {until}，不计入"
            found.append(
                Broken(zh, f"{each.title} ({each.obtained_on}) is after {until} and does not count.", field)
            )
    return found


def uncounted_documents(form: Form) -> list[Broken]:
    """The materials that do not count, each with the reason (三（六）2)."""
    until = form.counted.until
    return [
        Broken(
            f"“{each.title}”（{each.obtained_on}）晚于 {until}，不计入",
            f"{each.title} ({each.obtained_on}) is after {until} and does not count.",
            f"materials.{each.item}",
        )
        for each in form.documents
        if is_late(each, form)
    ]


def findings_of_form(form: Form, articles: Mapping[str, Basis]) -> list[Finding]:
    """Everything that does not count, as an answer tells it: it does not hinder by itself (三（六）2)."""
    every = uncounted_achievements(form) + uncounted_documents(form)
    return [Finding("DOES_NOT_COUNT", e.zh, e.en, e.field, (articles["cut_off"],)) for e in every]
