"""Which sets of recommendations fit into the places of a unit (附件2 说明2、3): arithmetic over the levels, no search.

All figures are posts or people of one unit, year and pool. Where an assignment of every recommendation to a place of its
own exists, `shortages` is empty, and the other way round: `tests/services/quota/test_allocation_rules.py` holds that
against a search over all assignments. The cost is one pass over the limited levels, whatever the number of people.

A place of a recommendation is one of:

- a vacancy of its own level: what the HRSS decided, or approved − employed − qualified but not employed, and the posts
  that people recommended upward occupy now (deemed vacant). A level in the red makes up its own deficit first;
- a vacancy that the level above does not need itself. One step only: what was borrowed is not lent on;
- where its level's own number does not do: a place that exits opened (two out, one in).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.quota.contract import TitleLevel


@dataclass(frozen=True, slots=True)
class Supply:
    """What one level has, and how many live recommendations want of it."""

    declarable: int
    """By the form in force or by decision; may be negative."""
    employed: int = 0
    """People on posts of this level, by the form in force."""
    freed: int = 0
    """Of these, people who are recommended to a higher level."""
    exit_places: int = 0
    """Places that proven exits open where the level's own number is less."""
    demand: int = 0
    """Live recommendations to this level."""

    @property
    def deemed(self) -> int:
        """Posts deemed vacant: no more than the approved form has people on them."""
        return min(self.freed, self.employed)

    @property
    def own(self) -> int:
        """Vacancies of the level, less its deficit."""
        return self.declarable + self.deemed

    @property
    def surplus(self) -> int:
        """Vacancies that its own recommendations leave; these may be lent one step down."""
        return max(self.own - self.demand, 0)

    @property
    def opened(self) -> int:
        """Places opened by exits beyond the level's own number, which the exits that made a vacancy are in already."""
        return max(self.exit_places - max(self.declarable, 0), 0)


@dataclass(frozen=True, slots=True)
class Places:
    """How one level's recommendations are placed."""

    supply: Supply
    borrowed: int
    """Vacancies of the level above that serve this one."""
    lent: int
    """Own vacancies that serve the level below."""
    by_exits: int
    """Places opened by exits that are taken."""
    shortage: int
    """Recommendations that rest on nothing."""
    free: int
    """How many more could be recommended to this level now."""


Supplies = Mapping[TitleLevel, Supply]
"""The limited levels of a pool."""
StepsDown = Mapping[TitleLevel, TitleLevel]
"""The level that a level's vacancies may serve."""


def placed(supplies: Supplies, steps_down: StepsDown) -> dict[TitleLevel, Places]:
    """Every level's places."""
    above = _above(supplies, steps_down)
    borrowed = {level: _borrowed(supplies, above, level) for level in supplies}
    lent = {level: borrowed.get(steps_down[level], 0) if level in steps_down else 0 for level in supplies}
    short = {level: shortage(supplies, above, level) for level in supplies}
    return {
        level: Places(
            supply,
            borrowed[level],
            lent[level],
            by_exits=_by_exits(supply, borrowed[level], short[level]),
            shortage=short[level],
            free=_free(supplies, above, steps_down.get(level), level),
        )
        for level, supply in supplies.items()
    }


def bears(supplies: Supplies, claim: "Claim", steps_down: StepsDown) -> bool:
    """Whether the places bear one more recommendation: nobody else goes short for it, and its own level not more.

    The post that its person holds counts as vacant already, for it lives as soon as it is granted.
    """
    above = _above(supplies, steps_down)
    asked = {level: _claimed(supply, level, claim) for level, supply in supplies.items()}
    return all(shortage(asked, above, level) <= shortage(supplies, above, level) for level in supplies)


def _claimed(supply: Supply, level: TitleLevel, claim: "Claim") -> Supply:
    return replace(
        supply, demand=supply.demand + (claim.level == level), freed=supply.freed + (claim.frees == level)
    )


def _above(supplies: Supplies, steps_down: StepsDown) -> StepsDown:
    """The level whose vacancies may serve a level."""
    return {lower: upper for upper, lower in steps_down.items() if upper in supplies}


def shortage(supplies: Supplies, above: StepsDown, level: TitleLevel) -> int:
    """How many recommendations of a level have no place."""
    supply = supplies[level]
    return max(supply.demand - max(supply.own + _to_be_had(supplies, above, level), 0) - supply.opened, 0)


def _to_be_had(supplies: Supplies, above: StepsDown, level: TitleLevel) -> int:
    upper = above.get(level)
    return supplies[upper].surplus if upper is not None else 0


def _borrowed(supplies: Supplies, above: StepsDown, level: TitleLevel) -> int:
    """What the level takes of the surplus above: only if places of its own, opened ones too, do not do."""
    supply, there = supplies[level], _to_be_had(supplies, above, level)
    wanted = supply.demand - supply.opened
    needed = wanted - supply.own if wanted > 0 else 0
    return min(max(needed, 0), there)


def _by_exits(supply: Supply, borrowed: int, short: int) -> int:
    """Places opened by exits that are taken: what neither vacancies nor the shortage account for."""
    by_vacancies = max(supply.own + borrowed, 0)
    return min(max(supply.demand - short - by_vacancies, 0), supply.opened)


def _free(supplies: Supplies, above: StepsDown, below: TitleLevel | None, level: TitleLevel) -> int:
    """How many more fit: within the level's own places, and without taking what the level below has borrowed."""
    supply = supplies[level]
    room = max(supply.own + _to_be_had(supplies, above, level), 0) + supply.opened - supply.demand
    kept = _borrowed(supplies, above, below) if below is not None and below in supplies else 0
    if kept:
        room = min(room, supply.own - supply.demand - kept)
    return max(room, 0)


@dataclass(frozen=True, slots=True)
class Claim:
    """A live recommendation: to which level, and which level's post its person holds now (None: no post).

    One whose person is in the figures of that level already asks for no more (`level` is None).
    """

    level: TitleLevel | None
    frees: TitleLevel | None = None


def with_claims(supplies: Supplies, claims: Sequence[Claim]) -> dict[TitleLevel, Supply]:
    """The supplies, demanded and freed by claims alone."""
    return {
        level: replace(
            supply,
            demand=sum(claim.level == level for claim in claims),
            freed=sum(claim.frees == level for claim in claims),
        )
        for level, supply in supplies.items()
    }


def resting_on_nothing(supplies: Supplies, claims: Sequence[Claim], steps_down: StepsDown) -> list[int]:
    """The places in `claims`, oldest first, of those that no place bears: the latest of a short level go first.

    Who rests on nothing does not free a post for others, so one may pull down the next: at most one pass for each.
    """
    left, fallen = dict(enumerate(claims)), []
    above = _above(supplies, steps_down)
    while (level := _short(with_claims(supplies, list(left.values())), above)) is not None:
        latest = max(place for place, claim in left.items() if claim.level == level)
        del left[latest]
        fallen.append(latest)
    return sorted(fallen)


def _short(supplies: Supplies, above: StepsDown) -> TitleLevel | None:
    """The highest level that is short."""
    return next(_short_levels(supplies, above), None)


def _short_levels(supplies: Supplies, above: StepsDown) -> Iterator[TitleLevel]:
    return (level for level in TitleLevel if level in supplies and shortage(supplies, above, level))
