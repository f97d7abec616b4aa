"""The working of a unit's places, line by line, so that a clerk can follow it; each line names its article."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.kit.errors import Basis
from services.quota.allocation.rules import Places
from services.quota.contract import PostPool
from services.quota.ledger.rules import Standing
from services.quota.reservation.rules import Exemption

ARTICLES = (
    *("derived_cells", "within_numbers", "senior_and_middle", "form_required", "institutions_only"),
    *("step_down", "deemed_vacant", "two_out_one_in", "numbers_decided", "pools_apart"),
)
"""The articles this module names."""
NUMBERS: Mapping[PostPool, str] = {PostPool.GENERAL: "within_numbers", PostPool.TARGETED: "pools_apart"}
"""The article that limits a pool."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the working, and the article it rests on."""

    zh: str
    en: str
    cite: str


def trace(standing: Standing, articles: Mapping[str, Basis], pool: PostPool) -> list[Line]:
    """The working of a level."""
    derived = _derived(standing, articles["derived_cells"].cite)
    if standing.places is None:
        name = standing.level.zh
        unlimited = Line(
            f"{name}不受岗位数额限制", f"{standing.level} is not limited.", articles["senior_and_middle"].cite
        )
        return [*derived, unlimited]
    return [
        *derived,
        *_used_otherwise(standing, standing.places, articles),
        _left(standing, standing.places, articles[NUMBERS[pool]].cite),
    ]


def of_unit(
    *, counted: bool, exempt: Exemption | None, pool: PostPool, articles: Mapping[str, Basis]
) -> Line | None:
    """What holds for the whole unit before any level is looked at; None when what was approved decides."""
    if exempt is not None:
        return Line(
            f"{exempt.title}，不受岗位数额限制",
            "This unit is not limited by posts.",
            articles[exempt.article].cite,
        )
    if counted:
        return None
    if pool is PostPool.TARGETED:
        return Line(
            "本年度“双定向”岗位尚未核定，不能按“双定向”推荐",
            "No targeted posts of the year are approved yet: nobody can be recommended on one.",
            articles["pools_apart"].cite,
        )
    return Line(
        "本年度审核表尚未审核备案，不能推荐高级、中级职称",
        "No form of the year is approved yet: no senior or middle title can be recommended.",
        articles["form_required"].cite,
    )


def figures(standing: Standing) -> tuple[str, str]:
    """Why there is no place, in one line of figures: Chinese and English."""
    number = standing.figures
    more = [(f"{zh} {count}", f"{en} {count}") for zh, en, count in _terms(standing) if count]
    if number.decided is not None:
        told = (f"同级人社部门确定 {number.decided}", f"set by decision {number.decided}")
    else:
        approved, employed, qualified = number.approved, number.employed, number.qualified_not_employed
        told = (
            f"核准 {approved} − 聘任 {employed} − 已取得资格未聘 {qualified} = {number.declarable}",
            f"approved {approved} - employed {employed} - qualified, not employed {qualified} = {number.declarable}",
        )
    taken = (
        f"已预留 {standing.held}，已占用 {standing.used}",
        f"held {standing.held}, used {standing.used}",
    )
    zh, en = zip(told, *more, taken, strict=True)
    return "，".join(zh), ", ".join(en)


def _terms(standing: Standing) -> list[tuple[str, str, int]]:
    """What counts beside the level's own number; those that are nothing are not told."""
    places = standing.places
    if places is None:
        return []
    return [
        ("推荐人员现占岗位视同空缺", "deemed vacant", places.supply.deemed),
        ("上一级空缺可用", "vacant one level up", standing.above),
        ("退二进一可用", "opened by exits", places.supply.opened),
        ("供下一级使用", "lent one level down", places.lent),
    ]


def _derived(standing: Standing, cite: str) -> list[Line]:
    number = standing.figures
    return [
        Line(
            f"空缺岗位数 {number.vacant} = 核准 {number.approved} − 聘任 {number.employed}",
            f"vacant {number.vacant} = approved {number.approved} - employed {number.employed}",
            cite,
        ),
        Line(
            f"职称申报数 {number.declarable} = 空缺 {number.vacant} − 已取得资格未聘 {number.qualified_not_employed}",
            f"to declare {number.declarable} = vacant {number.vacant}"
            f" - qualified, not employed {number.qualified_not_employed}",
            cite,
        ),
    ]


def _used_otherwise(standing: Standing, places: Places, articles: Mapping[str, Basis]) -> list[Line]:
    """What a decision, deemed vacancies, the level above or below and exits change, where they do."""
    decided = standing.figures.decided
    if decided is not None:
        zh = f"同级人社部门确定申报数 {decided}，以此为准"
        en = f"the human resources department set {decided} by decision; that is the number"
        return [Line(zh, en, articles["numbers_decided"].cite)]
    told = (*_beside(standing, places), *_taken_away(standing, places))
    return [Line(zh, en, articles[key].cite) for count, key, zh, en in told if count]


Told = tuple[int, str, str, str]
"""A count, the article it rests on, and the line in Chinese and English; of a count of nought nothing is told."""


def _beside(standing: Standing, places: Places) -> tuple[Told, ...]:
    """What a level has beside its own number."""
    supply, above, exits = places.supply, standing.above, standing.figures.exits
    opened, taken = supply.opened, places.by_exits
    return (
        (
            supply.deemed,
            "deemed_vacant",
            f"推荐人员现占岗位视同空缺 +{supply.deemed}",
            f"posts of people recommended count as vacant +{supply.deemed}",
        ),
        (
            above,
            "step_down",
            f"可使用上一级空缺 +{above}，其中已使用 {places.borrowed}",
            f"vacant one level up +{above}, of which used {places.borrowed}",
        ),
        (
            exits,
            "two_out_one_in",
            f"本年度退出 {exits} 人，可申报 {opened}（本级无空缺时），其中已使用 {taken}",
            f"exits {exits}, which open {opened} where nothing is vacant, of which used {taken}",
        ),
    )


def _taken_away(standing: Standing, places: Places) -> tuple[Told, ...]:
    """What keeps a level's number from being used."""
    lent, short = places.lent, places.shortage
    return (
        (
            max(-places.supply.own - standing.above, 0),
            "derived_cells",
            "职称申报数为负，不能申报，按 0 计",
            "a negative number allows no declaration and counts as 0",
        ),
        (lent, "step_down", f"供下一级使用 −{lent}", f"lent one level down -{lent}"),
        (
            short,
            "deemed_vacant",
            f"有 {short} 项推荐已无岗位依据",
            f"{short} recommendations rest on nothing",
        ),
    )


def _left(standing: Standing, places: Places, cite: str) -> Line:
    """The sum: a level that lends does not borrow."""
    supply = places.supply
    whole = max(supply.own + (0 if places.lent else standing.above), 0)
    zh = [f"可用 {places.free} = {'申报数' if _plain(standing) else '可申报'} {whole}"]
    en = [f"free {places.free} = {'to declare' if _plain(standing) else 'in all'} {whole}"]
    opened = 0 if places.lent else supply.opened
    for count, chinese, english in (
        (opened, " + 退二进一", " + by exits"),
        (-places.lent, " − 供下一级", " - lent"),
    ):
        if count:
            zh.append(f"{chinese} {abs(count)}")
            en.append(f"{english} {abs(count)}")
    zh.append(f" − 已预留 {standing.held} − 已占用 {standing.used}")
    en.append(f" - held {standing.held} - used {standing.used}")
    if places.shortage:
        zh.append(f"（不足 {places.shortage}，按 0 计）")
        en.append(f" (short by {places.shortage}, counts as 0)")
    return Line("".join(zh), "".join(en), cite)


def _plain(standing: Standing) -> bool:
    """Whether the level stands on its own number alone."""
    places = standing.places
    return places is not None and not places.supply.deemed and not standing.above
