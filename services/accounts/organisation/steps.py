"""An organisation's life after its creation: one table, and the rules its steps rest on (附件3 二).

Whether the new superior may have it is not asked here: a move is judged as a creation by the new superior.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from services.accounts.authorization import Act
from services.accounts.organisation.states import Action, State
from services.accounts.takers import above, may, taker
from services.kit.steps import Broken, Rule, Step, Steps, Taker, rule


@dataclass(frozen=True, slots=True)
class Below:
    """What is live below an organisation; `names` are the first few of its organisations."""

    organisations: int = 0
    names: tuple[str, ...] = ()
    people: int = 0


@dataclass(frozen=True, slots=True)
class Other:
    """What matters of the organisation to move below, or to go into."""

    state: State
    kind: str
    parent_id: UUID | None
    lineage: tuple[UUID, ...]

    @property
    def id(self) -> UUID:
        """Its key."""
        return self.lineage[-1]


@dataclass(frozen=True, slots=True)
class Facts:
    """An organisation as its steps see it; `other` is the one to move below or to go into, or the superior.

    `inside` counts the people of an internal department, whose employer is the unit it belongs to.
    """

    id: UUID
    state: State
    version: int
    lineage: tuple[UUID, ...]
    kind: str
    name: str
    new_name: str | None = None
    other: Other | None = None
    below: Below = Below()
    inside: int = 0


@rule("ROOT_STAYS", article="root", zh="省级职称管理部门不变", en="The provincial HRSS stays as it is.")
def root_stays(case: Facts) -> Broken | None:
    """The one organisation that exists from the start is not moved, merged or closed (附件3 二（一）)."""
    if len(case.lineage) > 1:
        return None
    return Broken(
        "省级人力资源社会保障部门由系统预先建立，不能划转、合并或停用",
        "The provincial HRSS department exists from the start; it is not moved, merged or closed.",
    )


@rule("NAME_DIFFERS", article="life", zh="新名称与现名称不同", en="The new name differs.")
def name_differs(case: Facts) -> Broken | None:
    """A renaming gives another name."""
    if case.new_name != case.name:
        return None
    return Broken("新名称与现名称相同", "That is its name already.", field="name")


@rule(
    "EMPLOYER_STAYS",
    article="labour_relation",
    zh="划转不改变人员的用人单位",
    en="A move changes nobody's employer.",
)
def employer_stays(case: Facts) -> Broken | None:
    """People of an internal department are employed by its unit; that is theirs to change, one by one."""
    if not case.inside:
        return None
    return Broken(
        f"该内设机构有 {case.inside} 名人员，其用人单位是现上级；请先办理人员变动",
        f"{case.inside} people of this department are employed by its present unit. Change that first.",
    )


def _broken_by(
    test: Callable[[Facts, Other], bool], zh: str, en: str, field: str | None
) -> Callable[[Facts], Broken | None]:
    """Broken where `test` holds of the other organisation."""

    def check(case: Facts) -> Broken | None:
        broken = case.other is not None and test(case, case.other)
        return Broken(zh, en, field) if broken else None

    return check


def superior_lives(field: str | None) -> Rule[Facts]:
    """Nothing live stands below a closed organisation."""
    zh, en = "该上级机构已停用或已合并", "That superior is closed, or went into another organisation."
    check = _broken_by(lambda _, other: other.state is not State.ACTIVE, zh, en, field)
    return Rule("SUPERIOR_LIVES", "life", "上级机构使用中", "The superior is in use.", check)


elsewhere = Rule(
    "ELSEWHERE",
    "life",
    "新上级不是现上级",
    "The new superior is another one.",
    _broken_by(
        lambda case, other: case.lineage[-2:-1] == (other.id,),
        "该机构已隶属于此上级",
        "It is below this superior already.",
        "superior_id",
    ),
)
no_cycle = Rule(
    "NO_CYCLE",
    "top_down",
    "新上级不在其下",
    "The new superior is not below it.",
    _broken_by(
        lambda case, other: case.id in other.lineage,
        "不能划转到自身或自己的下级机构之下",
        "It cannot go below itself or below one of its own.",
        "superior_id",
    ),
)
another_one = Rule(
    "ANOTHER_ONE",
    "life",
    "并入另一机构",
    "It goes into another one.",
    _broken_by(
        lambda case, other: case.id == other.id, "不能并入自身", "It cannot go into itself.", "into_id"
    ),
)
lives_on = Rule(
    "LIVES_ON",
    "life",
    "并入的机构使用中",
    "The other one is in use.",
    _broken_by(
        lambda _, other: other.state is not State.ACTIVE,
        "并入的机构已停用或已合并",
        "The organisation to go into is closed, or went into another one itself.",
        "into_id",
    ),
)
same_kind = Rule(
    "SAME_KIND",
    "life",
    "同类机构合并",
    "Both are of one kind.",
    _broken_by(
        lambda case, other: case.kind != other.kind,
        "只能并入同一类别的机构",
        "It can only go into an organisation of the same kind.",
        "into_id",
    ),
)
same_superior = Rule(
    "SAME_SUPERIOR",
    "life",
    "同一上级",
    "Both have one superior.",
    _broken_by(
        lambda case, other: case.lineage[-2:-1] not in {(), (other.parent_id,)},
        "两机构应隶属于同一上级；请先划转，再合并",
        "Both stand below the same superior. Move one of them first, then merge.",
        "into_id",
    ),
)


@rule("NOTHING_LIVE_BELOW", article="life", zh="其下没有使用中的机构和人员", en="Nothing live is below it.")
def nothing_live_below(case: Facts) -> list[Broken]:
    """Only what is empty is closed; what is in the way is counted, and organisations are named (persons never)."""
    below, found = case.below, []
    if below.organisations:
        names = "、".join(below.names)
        found.append(
            Broken(
                f"其下尚有 {below.organisations} 个使用中的机构（{names}等）",
                f"{below.organisations} organisation(s) in use are below it, {names} first.",
            )
        )
    if below.people:
        found.append(Broken(f"其下尚有 {below.people} 名在册人员", f"{below.people} people belong to it."))
    return found


def _both_lines(case: Facts) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    """What is above the organisation now, and what it is to come below."""
    now = case.lineage[:-1] or case.lineage
    return now, case.other.lineage if case.other is not None else now


SUPERIOR: Taker[Facts] = taker(
    "直接上级的机构管理员", may(Act.CHANGE_ORGANISATION, lambda case: case.lineage)
)
ABOVE_BOTH: Taker[Facts] = taker(
    "现上级和新上级之上的共同上级（含其自身）的机构管理员", above(Act.CHANGE_ORGANISATION, _both_lines)
)
"""Nobody gives an organisation to one who did not ask for it, nor takes it from one who did not give it."""

STEPS: Steps[Facts] = {
    (State.ACTIVE, Action.RENAME): Step(State.ACTIVE, by=SUPERIOR, article="life", rules=(name_differs,)),
    (State.ACTIVE, Action.MOVE): Step(
        State.ACTIVE,
        by=ABOVE_BOTH,
        article="life",
        rules=(root_stays, elsewhere, no_cycle, superior_lives("superior_id"), employer_stays),
    ),
    (State.ACTIVE, Action.MERGE): Step(
        State.MERGED,
        by=SUPERIOR,
        article="life",
        rules=(root_stays, another_one, lives_on, same_kind, same_superior),
    ),
    (State.ACTIVE, Action.CLOSE): Step(
        State.CLOSED, by=SUPERIOR, article="life", rules=(root_stays, nothing_live_below)
    ),
    (State.CLOSED, Action.REOPEN): Step(
        State.ACTIVE, by=SUPERIOR, article="life", rules=(superior_lives(None),)
    ),
}
