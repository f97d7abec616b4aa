"""The conditions of routes: what each asks, in words, and how it is judged by what accounts has on record."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from services.accounts.contract import Amount, Known
from services.kit.errors import Basis, Finding
from services.kit.steps import Broken
from services.quota.contract import TitleLevel
from services.workflow.route.case import Case, Judgement
from services.workflow.route.policy import Check, Route, YearsAfter
from services.workflow.route.states import Fact, Verdict
from services.workflow.route.titles import that_count

Words = tuple[str, str]
"""Chinese and English."""

MONTHS = 12
REGISTERED_AT = 2
"""Where the region of the registering body begins in a credit code."""
RISING = tuple(reversed(TitleLevel))
"""The levels from the lowest up."""


OF_UNIT = frozenset({Fact.REGISTERED_HERE})
"""Facts that are judged by the unit."""

ADDED_BY_UNIT = frozenset({Fact.ASSESSMENT, Fact.NOMINATED})
"""Facts that the unit brings along when it recommends."""

OF_RECORDS = frozenset(Fact) - {Fact.ASSESSMENT, Fact.REGISTERED_HERE, Fact.NOMINATED}
"""Facts that are judged by what follows from the person's records."""

OF_EMPLOYMENT = frozenset(
    {Fact.REGISTERED_HERE, Fact.CONTRACT_WITH_EMPLOYER, Fact.INSURED_AT_UNIT, Fact.IN_PRIVATE_ENTERPRISE}
)
"""Facts that hang on the present employment."""


def judge(
    case: Case, route: Route, checks: Iterable[Check], articles: Mapping[str, Basis]
) -> list[Judgement]:
    """Whom the route is open to and every condition, judged; each with its article."""
    return [*_scope(case, route, articles), *(_checked(case, check, articles) for check in checks)]


def foreseen(
    case: Case, route: Route, checks: Iterable[Check], articles: Mapping[str, Basis]
) -> list[Judgement]:
    """The same for somebody of whom nothing is on record: every condition is open, in the words that ask for it."""
    open_ones = [
        Judgement(Verdict.UNKNOWN, Finding(check.fact, *demanded(check), None, (articles[check.article],)))
        for check in checks
    ]
    return [*_scope(case, route, articles), *open_ones]


def _scope(case: Case, route: Route, articles: Mapping[str, Basis]) -> Iterator[Judgement]:
    """Whom the route is open to, at which levels, in which series."""
    own, series = articles[route.article], articles[route.series_article or route.article]
    yield _within("ROUTE_KIND", "person_id", "人员类别", case.kind in route.kinds, own)
    if route.natures:
        yield _within("ROUTE_NATURE", "person_id", "单位性质", case.nature in route.natures, own)
    if route.levels:
        yield _within("ROUTE_LEVEL", "level", "申报级别", case.level in route.levels, own)
    if route.series:
        inside = case.series in route.series or case.specialty in route.specialties
        yield _within("ROUTE_SERIES", "series", "申报系列（专业）", inside, series)
    if route.decided_by:
        ways = {way for level, way in case.decided.items() if level in (route.levels or case.decided)}
        yield _within(
            "ROUTE_DECIDED_BY", "series", "申报系列（专业）的评价方式", ways <= {*route.decided_by}, own
        )


def _within(code: str, field: str, what: str, holds: bool, basis: Basis) -> Judgement:
    verdict = Verdict.MET if holds else Verdict.NOT_MET
    zh = f"{what}{'在' if holds else '不在'}该途径范围内"
    en = f"{code.removeprefix('ROUTE_').capitalize()} is {'within' if holds else 'outside'} the route."
    return Judgement(verdict, Finding(code, zh, en, field, (basis,)))


def _checked(case: Case, check: Check, articles: Mapping[str, Basis]) -> Judgement:
    verdict, have = JUDGES[check.fact](check, case)
    zh, en = demanded(check)
    told = (f"{zh}：{verdict.zh}{f'（{have[0]}）' if have[0] else ''}", f"{en}: {verdict}{_tail(have[1])}")
    field = FIELDS.get(check.fact, "person_id")
    return Judgement(verdict, Finding(check.fact, *told, field, (articles[check.article],)))


FIELDS = {Fact.ASSESSMENT: "assessment", Fact.NOMINATED: "nominators"}
"""Where the unit itself tells what a condition asks; the others are on the person's record."""


def _tail(have: str) -> str:
    return f" ({have})." if have else "."


def demanded(check: Check) -> Words:
    """What a condition asks, in both languages."""
    return DEMANDS[check.fact](check)


def _years_demanded(check: Check) -> Words:
    zh = "或".join(f"{each.title}毕业后满{each.years}年" for each in check.after)
    en = " or ".join(f"{each.years} years after {each.education[0]}" for each in check.after)
    return f"在民营企业从事专业技术工作，{zh}", f"technical work in private enterprises: {en}"


def _honour_demanded(check: Check) -> Words:
    assert check.honours is not None, "the policy was checked"
    return f"获得所列荣誉（{check.honours.zh}）", f"an honour of the {check.honours} list"


DEMANDS: Mapping[Fact, Callable[[Check], Words]] = {
    Fact.ASSESSMENT: lambda _: ("经单位考核合格，写明考核材料", "the unit's assessment, by its document"),
    Fact.REGISTERED_HERE: lambda _: ("企业注册地在本省", "the enterprise is registered in the province"),
    Fact.CONTRACT_WITH_EMPLOYER: lambda _: (
        "与现工作单位签有正式聘用合同或劳动合同，申报时在合同期内",
        "a formal contract with the present unit that covers the day",
    ),
    Fact.INSURED_AT_UNIT: lambda check: (
        f"参加工作单位所在地的社会保险满{check.at_least}个月，现仍在该地参保",
        f"{check.at_least} months of social insurance at the unit's place, and still",
    ),
    Fact.HONOUR: _honour_demanded,
    Fact.IN_PRIVATE_ENTERPRISE: lambda _: (
        "现仍在民营企业从事专业技术工作",
        "technical work in a private enterprise at present",
    ),
    Fact.PRIVATE_SERVICE: _years_demanded,
    Fact.AID_MONTHS: lambda check: (
        f"援青期间在县级及以下单位连续工作满{check.at_least}个月",
        f"{check.at_least} months of unbroken aid at county level or below",
    ),
    Fact.AID_EXCELLENT_YEARS: lambda check: (
        f"同一援派期间连续{check.at_least}年考核均为优秀",
        f"{check.at_least} years running of one such stay assessed excellent",
    ),
    Fact.PRESENT_TITLE_VALID: lambda _: (
        "所依据的现专业技术资格在所申报的专业有效",
        "the present title that the wish rests on is valid in its specialty",
    ),
    Fact.ONE_LEVEL_UP: lambda _: (
        "申报本系列现专业技术资格的高一级",
        "the level next above the present title of the series",
    ),
    Fact.EXAMINATION: lambda _: (
        "达到国家公布的本系列该层级考试合格标准",
        "the state's pass mark of the series and level, reached in its examination",
    ),
    Fact.NOMINATED: lambda check: (
        f"由至少{check.at_least}名专家署名举荐，申报人不得举荐本人",
        f"{check.at_least} experts nominate, none of them the applicant",
    ),
}
"""What each condition asks."""


def _assessed(_: Check, case: Case) -> tuple[Verdict, Words]:
    return (Verdict.MET if case.assessment else Verdict.NOT_MET), ("", "")


def _registered(check: Check, case: Case) -> tuple[Verdict, Words]:
    """By the region of the registering body in the credit code."""
    assert check.province is not None, "the policy was checked"
    registered = (case.employer.uscc or "")[REGISTERED_AT:]
    return (Verdict.MET if registered.startswith(check.province) else Verdict.NOT_MET), ("", "")


def _contracted(_: Check, case: Case) -> tuple[Verdict, Words]:
    return of_known(case.known.contract_with_employer), ("", "")


def _insured(check: Check, case: Case) -> tuple[Verdict, Words]:
    """At the unit's place, for as long as is asked, and still."""
    verdict, have = _counted(case.known.insurance_at_employer, check)
    running = of_known(case.known.insured_at_employer)
    if running is Verdict.NOT_MET:
        return running, (f"{have[0]}，现未在该地参保", f"{have[1]}, not paid there at present")
    return worst((verdict, running)), have


def _honoured(check: Check, case: Case) -> tuple[Verdict, Words]:
    """Confirmed, and won in a contest that counts where in a contest (一（五）4（3）第2段)."""
    of_list = [each for each in case.known.honours if each.level is check.honours]
    counting = [each for each in of_list if each.counts]
    if of_list and not counting:
        return Verdict.NOT_MET, ("竞赛未备案或非行政部门组织，不计入", "the contest does not count")
    return either(any(each.confirmed for each in counting), hoped=bool(counting)), ("", "")


def _in_private(_: Check, case: Case) -> tuple[Verdict, Words]:
    return of_known(case.known.in_private_enterprise), ("", "")


def _served(check: Check, case: Case) -> tuple[Verdict, Words]:
    """By the education that serves best."""
    found = [(_service(case, each), each) for each in check.after]
    verdict = best(of_amount(months, each.years * MONTHS) for months, each in found)
    have = [(each.title, months.confirmed) for months, each in found if months.with_declared]
    zh = "，".join(f"{title}毕业后已确认{months}个月" for title, months in have)
    return verdict, (zh, ", ".join(f"{months} months confirmed" for _, months in have))


def _service(case: Case, after: YearsAfter) -> Amount:
    """The months since the earliest graduation at one of these levels."""
    found = [each.months for each in case.known.private_service if each.counts_as in after.education]
    return Amount(
        confirmed=max((each.confirmed for each in found), default=0),
        with_declared=max((each.with_declared for each in found), default=0),
    )


def _aided(check: Check, case: Case) -> tuple[Verdict, Words]:
    return _counted(case.known.aid_months, check)


def _excellent(check: Check, case: Case) -> tuple[Verdict, Words]:
    return _counted(case.known.aid_excellent_years, check)


def _counted(amount: Amount, check: Check) -> tuple[Verdict, Words]:
    have = (f"已确认{amount.confirmed}", f"{amount.confirmed} confirmed")
    return of_amount(amount, check.at_least or 0), have


def _valid(check: Check, case: Case) -> tuple[Verdict, Words]:
    """Of the titles from the level next below on one counts by the article; who has none there rests the wish on none."""
    below = _next_below(case.level)
    held = [each for each in case.known.titles if RISING.index(each.title_level) >= below]
    counting = that_count(held, [each for each in case.outside if each.article == check.article])
    if held and not counting:
        limits = list(dict.fromkeys(limit for each in held for limit in each.limits))
        return Verdict.NOT_MET, ("、".join(each.zh for each in limits), ", ".join(limits))
    return either(not held or any(each.confirmed for each in counting), hoped=True), ("", "")


def _next_below(level: TitleLevel) -> int:
    return max(RISING.index(level) - 1, 0)


def _one_up(_: Check, case: Case) -> tuple[Verdict, Words]:
    """One above the highest title held in the series that counts; a title that is only declared leaves it open.

    No word of 二（四）1（3） lets a title of another series stand for it.
    """
    held = [each for each in case.titles if each.series == case.series]
    sure = [each.title_level for each in held if each.confirmed]
    hoped = [each.title_level for each in held]
    verdict = either(_above(sure) is case.level, hoped=_above(hoped) is case.level)
    highest = max(sure, key=RISING.index, default=None)
    have = (
        (f"现为{highest.zh}", f"present: {highest}") if highest else ("没有已确认的现资格", "none confirmed")
    )
    return verdict, have


def _nominated(check: Check, case: Case) -> tuple[Verdict, Words]:
    """By as many as are asked for, and not by the applicant; open where nobody is named yet."""
    if any(each.own for each in case.nominations):
        return Verdict.NOT_MET, ("申报人举荐了本人", "the applicant is one of them")
    given = len(case.nominations)
    verdict = either(given >= (check.at_least or 0), hoped=not given)
    return verdict, (f"已写明{given}名", f"{given} named")


def _examined(_: Check, case: Case) -> tuple[Verdict, Words]:
    """By the year's mark; open where that is not on record yet, or the examination only declared (三（六）1)."""
    taken = [
        each
        for each in case.known.examinations
        if (each.series, each.title_level) == (case.series, case.level)
    ]
    mark = case.pass_mark
    enough = [each for each in taken if mark is None or each.mark >= mark]
    sure = mark is not None and any(each.confirmed for each in enough)
    best_of = max((each.mark for each in taken), default=None)
    have = ("没有考试成绩", "none on record") if best_of is None else (f"成绩{best_of}", f"mark {best_of}")
    return either(sure, hoped=bool(enough)), have


def _above(held: list[TitleLevel]) -> TitleLevel | None:
    place = max(map(RISING.index, held), default=len(RISING))
    return RISING[place + 1] if place + 1 < len(RISING) else None


JUDGES: Mapping[Fact, Callable[[Check, Case], tuple[Verdict, Words]]] = {
    Fact.ASSESSMENT: _assessed,
    Fact.REGISTERED_HERE: _registered,
    Fact.CONTRACT_WITH_EMPLOYER: _contracted,
    Fact.INSURED_AT_UNIT: _insured,
    Fact.HONOUR: _honoured,
    Fact.IN_PRIVATE_ENTERPRISE: _in_private,
    Fact.PRIVATE_SERVICE: _served,
    Fact.AID_MONTHS: _aided,
    Fact.AID_EXCELLENT_YEARS: _excellent,
    Fact.PRESENT_TITLE_VALID: _valid,
    Fact.ONE_LEVEL_UP: _one_up,
    Fact.NOMINATED: _nominated,
    Fact.EXAMINATION: _examined,
}
"""How each condition is judged, and what there is."""


def either(sure: bool, *, hoped: bool) -> Verdict:
    """Met by what is confirmed, open by what is declared, or neither."""
    if sure:
        return Verdict.MET
    return Verdict.UNKNOWN if hoped else Verdict.NOT_MET


def of_known(known: Known) -> Verdict:
    """A fact in three values as a verdict."""
    return either(known is Known.YES, hoped=known is Known.UNKNOWN)


def of_amount(amount: Amount, need: int) -> Verdict:
    """A figure told twice as a verdict."""
    return either(amount.confirmed >= need, hoped=amount.with_declared >= need)


def best(verdicts: Iterable[Verdict]) -> Verdict:
    """The best of several ways to meet a condition."""
    found = set(verdicts)
    return next(each for each in (Verdict.MET, Verdict.UNKNOWN, Verdict.NOT_MET) if each in found)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """What several conditions come to, all of which are asked."""
    found = set(verdicts)
    return next(each for each in (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET) if each in found)


def as_broken(findings: Iterable[Finding]) -> list[Broken]:
    """Conditions that are not met, as a rule of a step tells them: each with its own article."""
    return [Broken(each.zh, each.en, each.field, next(iter(each.basis), None)) for each in findings]
