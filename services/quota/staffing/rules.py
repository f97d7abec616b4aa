"""What a movement of the staffing ledger must keep to (附件2 说明2、3), and what each cause needs to be told."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.kit.errors import Basis, Finding
from services.kit.steps import Broken, Rule, rule
from services.quota.contract import StaffingCause as Cause
from services.quota.staffing.draft import LONGEST, TERMS, Case
from services.quota.staffing.standing import is_above
from services.quota.staffing.states import EXITS

ARTICLES = (
    *("staffing_ledger", "exits_window", "exits_proof", "exam_post", "targeted_levels", "targeted_filed"),
    *("derived_cells", "legal_persons"),
)
"""The articles that this concept names."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a cause needs to be told, what it may be told besides, and how its person must stand."""

    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    person: tuple[Rule[Case], ...] = ()


def _missing(case: Case) -> list[Broken]:
    told, cause = case.draft.told(), case.draft.cause
    return [
        Broken(f"“{cause.zh}”须填写{TERMS[name]}", f"{cause} needs {name}.", name)
        for name in KINDS[cause].needs
        if name not in told
    ]


@rule(
    "EXIT_UNPROVEN",
    article="exits_proof",
    zh="退出须有姓名、日期、原因和证明材料",
    en="An exit has its name, date, reason and proof.",
)
def exit_is_proven(case: Case) -> list[Broken]:
    """Each exit has name, post, reason, date and document (附件2 说明3)."""
    return _missing(case) if case.draft.cause in EXITS else []


@rule(
    "DECISION_INCOMPLETE",
    article="exam_post",
    zh="占岗认定须写明是否占岗和理由",
    en="A decision says whether a post is taken, and why.",
)
def decision_is_reasoned(case: Case) -> list[Broken]:
    """A decision is per person, with its reason (附件2 说明2)."""
    return _missing(case) if case.draft.cause is Cause.POST_DECISION else []


@rule("FIELD_MISSING", article="staffing_ledger", zh="所需各项须填写完整", en="What a cause needs is told.")
def needed_is_told(case: Case) -> list[Broken]:
    """Every cause is told with what it needs."""
    return [] if case.draft.cause in {*EXITS, Cause.POST_DECISION} else _missing(case)


@rule(
    "FIELD_UNFIT",
    article="staffing_ledger",
    zh="不填写与变动种类无关的内容",
    en="Nothing is told that the cause has no use for.",
)
def nothing_strange_is_told(case: Case) -> list[Broken]:
    """A field that the cause does not know would be kept and mean nothing."""
    cause = case.draft.cause
    kind = KINDS[cause]
    return [
        Broken(f"“{cause.zh}”不填写{TERMS[name]}", f"{cause} takes no {name}.", name)
        for name in TERMS
        if name in case.draft.told() - {*kind.needs, *kind.may}
    ]


@rule("TOO_LONG", article="staffing_ledger", zh="内容不超过表格所能容纳", en="Texts fit the form.")
def texts_fit(case: Case) -> list[Broken]:
    """What is written here is printed on the annual form."""
    return [
        Broken(f"{TERMS[name]}不超过 {most} 个字", f"{name} has at most {most} characters.", name)
        for name, most in LONGEST.items()
        if len(getattr(case.draft, name) or "") > most
    ]


@rule("IN_FUTURE", article="staffing_ledger", zh="变动已经发生", en="A movement has happened.")
def has_happened(case: Case) -> Broken | None:
    """The ledger tells what was, not what is planned."""
    if case.draft.on_date <= case.today:
        return None
    return Broken(
        f"变动日期 {case.draft.on_date} 晚于今天（{case.today}）",
        f"The date {case.draft.on_date} lies after today ({case.today}).",
        "on_date",
    )


@rule("OUT_OF_ORDER", article="staffing_ledger", zh="按时间先后登记", en="Movements come in order of date.")
def comes_in_order(case: Case) -> Broken | None:
    """An earlier one is only possible once the later ones are reversed."""
    if case.last_on is None or case.draft.on_date >= case.last_on:
        return None
    return Broken(
        f"最近一次变动日期为 {case.last_on}，更早的变动须先冲正其后的记录",
        f"The latest movement is of {case.last_on}; reverse it before an earlier one is recorded.",
        "on_date",
    )


@rule(
    "LEVEL_WITHOUT_POSTS",
    article="targeted_levels",
    zh="“双定向”岗位只有高级、中级",
    en="Targeted posts are of senior and middle level only.",
)
def pool_has_the_level(case: Case) -> Broken | None:
    """The targeted pool is approved for senior and middle posts (一（四）1)."""
    if case.draft.level is None or case.draft.level in case.pool_levels[case.draft.place[0]]:
        return None
    pool, level = case.draft.place
    return Broken(f"{pool.zh}没有{level.zh}", f"The pool {pool} has no posts of {level}.", "level")


@rule(
    "SINCE_AFTER_DATE", article="staffing_ledger", zh="聘任时间不晚于登记日期", en="Employed before counted."
)
def since_lies_before(case: Case) -> Broken | None:
    """Who is in post on the opening day was employed by then."""
    since = case.draft.since
    if since is None or since <= case.draft.on_date:
        return None
    return Broken(
        f"聘任时间 {since} 晚于 {case.draft.on_date}", f"{since} lies after {case.draft.on_date}.", "since"
    )


COMMON: tuple[Rule[Case], ...] = (
    exit_is_proven,
    decision_is_reasoned,
    needed_is_told,
    nothing_strange_is_told,
    texts_fit,
    has_happened,
    comes_in_order,
    pool_has_the_level,
    since_lies_before,
)


@rule(
    "NOT_THE_FIRST",
    article="staffing_ledger",
    zh="期初只登记一次",
    en="An opening entry is a person's first.",
)
def is_first(case: Case) -> Broken | None:
    """Openings tell how things stood when the ledger was begun."""
    if not case.begun:
        return None
    return Broken(
        "该人员已有变动记录，不能再登记期初", "This person has movements already; it is no opening.", "cause"
    )


@rule("POST_HELD", article="staffing_ledger", zh="一人一岗", en="A person holds one post of a unit.")
def holds_no_post(case: Case) -> Broken | None:
    """A person holds at most one post of a unit, of whichever pool."""
    held = case.standing.held
    if held is None:
        return None
    return Broken(
        f"该人员自 {held.since} 已聘在{held.place[0].zh}{held.place[1].zh}",
        f"The person holds a {held.place[1]} post ({held.place[0]}) since {held.since}.",
        "member",
    )


@rule(
    "NO_POST_HELD",
    article="staffing_ledger",
    zh="在岗人员方可办理",
    en="It takes a post to lose or change it.",
)
def holds_a_post(case: Case) -> Broken | None:
    """Who holds no post on that date cannot be promoted, lowered or released."""
    if case.standing.held is not None:
        return None
    return Broken("该人员在该日期未聘在任何岗位", "The person holds no post on that date.", "member")


@rule("NOT_QUALIFIED", article="staffing_ledger", zh="先取得资格，后聘任", en="Qualification comes first.")
def is_qualified(case: Case) -> Broken | None:
    """Who is employed on a level has its qualification, of the same pool."""
    if case.standing.waits_at(case.draft.place) is not None:
        return None
    pool, level = case.draft.place
    return Broken(
        f"台账中该人员没有待聘的{level.zh}资格（{pool.zh}），请先登记“{Cause.QUALIFIED.zh}”",
        f"The ledger knows no {level} qualification ({pool}) of this person that waits for a post.",
        "level",
    )


@rule("NOT_NEW", article="staffing_ledger", zh="同级资格只计一次", en="A level is counted once per person.")
def qualification_is_new(case: Case) -> Broken | None:
    """A person is counted once per level: not beside a post of that level or above, not twice."""
    level, held = case.draft.place[1], case.standing.held
    if held is not None and not is_above(level, held.place[1]):
        return Broken(
            f"该人员已聘在{held.place[1].zh}，{level.zh}资格不再计入未聘",
            f"The person is employed as {held.place[1]}; a {level} qualification does not wait for a post.",
            "level",
        )
    if case.standing.waits_at(case.draft.place) is None:
        return None
    return Broken(f"该人员的{level.zh}资格已登记", f"This {level} qualification is recorded.", "level")


@rule("NOT_ABOVE", article="staffing_ledger", zh="晋升到更高级别", en="A promotion leads upwards.")
def level_is_above(case: Case) -> Broken | None:
    """A promotion leads to a level above the present one."""
    held, level = case.standing.held, case.draft.place[1]
    if held is None or is_above(level, held.place[1]):
        return None
    return Broken(
        f"{level.zh}不高于现聘的{held.place[1].zh}", f"{level} is not above {held.place[1]}.", "level"
    )


@rule("NOT_BELOW", article="staffing_ledger", zh="低聘到更低级别", en="A lowering leads downwards.")
def level_is_below(case: Case) -> Broken | None:
    """A lowering leads to a level below the present one."""
    held, level = case.standing.held, case.draft.place[1]
    if held is None or is_above(held.place[1], level):
        return None
    return Broken(
        f"{level.zh}不低于现聘的{held.place[1].zh}", f"{level} is not below {held.place[1]}.", "level"
    )


@rule(
    "HERE_ALREADY", article="staffing_ledger", zh="单位以外的人员方可调入", en="Who is here does not come in."
)
def is_not_here(case: Case) -> Broken | None:
    """Who comes in was not of the unit before."""
    if not case.standing.here:
        return None
    return Broken("该人员已在本单位", "The person is of this unit already.", "member")


@rule("NOT_HERE", article="exits_proof", zh="在岗人员方可退出，一人只退出一次", en="A person leaves once.")
def is_here(case: Case) -> Broken | None:
    """The same person does not leave twice (附件2 说明3)."""
    if case.standing.here:
        return None
    return Broken(
        "该人员在该日期不在本单位的岗位上，不能登记退出",
        "The person is not of the unit on that date.",
        "member",
    )


@rule("NO_EXAM", article="exam_post", zh="认定的是以考代评取得的资格", en="Decided is what an exam gave.")
def exam_waits(case: Case) -> Broken | None:
    """Only a qualification by examination is decided upon, while nobody is employed on it (附件2 说明2)."""
    waiting = case.standing.waits_at(case.draft.place)
    if waiting is not None and waiting.by_examination:
        return None
    level = case.draft.place[1]
    return Broken(
        f"台账中该人员没有以考代评取得、尚未聘任的{level.zh}资格",
        f"The ledger knows no {level} qualification by examination that waits for a post.",
        "level",
    )


POST = ("pool", "title", "post_grade")
LEAVING = Kind(("member", "document", "reason"), person=(is_here,))

KINDS: Mapping[Cause, Kind] = {
    Cause.PLAN_SET: Kind(("level", "posts", "document"), ("pool", "reason")),
    Cause.OPENING_POST: Kind(
        ("member", "level"), (*POST, "since", "document", "reason"), (is_first, holds_no_post)
    ),
    Cause.OPENING_QUALIFIED: Kind(
        ("member", "level"),
        ("pool", "title", "by_examination", "document", "reason"),
        (is_first, qualification_is_new),
    ),
    Cause.QUALIFIED: Kind(
        ("member", "level", "title", "document"),
        ("pool", "by_examination", "reason"),
        (qualification_is_new,),
    ),
    Cause.EMPLOYED: Kind(("member", "level", "document"), (*POST, "reason"), (holds_no_post, is_qualified)),
    Cause.PROMOTED: Kind(
        ("member", "level", "document"), (*POST, "reason"), (holds_a_post, level_is_above, is_qualified)
    ),
    Cause.LOWERED: Kind(("member", "level", "document", "reason"), POST, (holds_a_post, level_is_below)),
    Cause.REGRADED: Kind(("member", "post_grade", "document"), ("reason",), (holds_a_post,)),
    Cause.RELEASED: Kind(("member", "document", "reason"), person=(holds_a_post,)),
    Cause.TRANSFERRED_IN: Kind(("member", "level", "document"), (*POST, "reason"), (is_not_here,)),
    Cause.POST_DECISION: Kind(
        ("member", "level", "takes_post", "reason"), ("pool", "document"), (exam_waits,)
    ),
    **dict.fromkeys(EXITS, LEAVING),
}
"""Every cause but the reversal, which is asked for by naming what it reverses."""


def findings_of(case: Case, articles: Mapping[str, Basis]) -> list[Finding]:
    """Everything wrong with a movement; how its person stands is asked once it is whole."""
    found = [each for broken in COMMON for each in broken.findings(case, articles)]
    return found or [
        each for broken in KINDS[case.draft.cause].person for each in broken.findings(case, articles)
    ]
