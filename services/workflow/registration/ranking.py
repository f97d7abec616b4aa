"""The order of a list, computed from what the unit gave: its measure first, and a village posting among equals (一（四）3)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Measured:
    """One who is to be ranked: a score (more is better) or a place (less is better), and a confirmed village posting."""

    registration_id: UUID
    score: float | None
    given: int | None
    posted: bool

    @property
    def merit(self) -> float:
        """The measure; less is better."""
        return -self.score if self.score is not None else float(self.given or 0)


@dataclass(frozen=True, slots=True)
class Placed:
    """One in the order; `first` where only the posting puts the person before an equal."""

    of: Measured
    place: int
    first: bool


def ranked(measured: Sequence[Measured]) -> list[Placed]:
    """All in their order, equals with the same place and as they were given."""
    order = sorted(measured, key=_standing)
    places: dict[tuple[float, bool], int] = {}
    for no, each in enumerate(order, start=1):
        places.setdefault(_standing(each), no)
    unposted = {each.merit for each in order if not each.posted}
    return [Placed(each, places[_standing(each)], each.posted and each.merit in unposted) for each in order]


def risen(before: Mapping[UUID, int], now: Mapping[UUID, int]) -> set[UUID]:
    """Who stands higher than before against somebody who is on both lists.

    From behind to level, or from level to before; whoever is on one of them alone changes nothing among the others.
    """
    both = sorted(before.keys() & now.keys(), key=lambda each: now[each], reverse=True)
    found: set[UUID] = set()
    best_behind = math.inf
    for _, level in groupby(both, key=lambda each: now[each]):
        equals = list(level)
        best = min(before[each] for each in equals)
        found |= {each for each in equals if best_behind <= before[each] or best < before[each]}
        best_behind = min(best_behind, best)
    return found


def _standing(one: Measured) -> tuple[float, bool]:
    return one.merit, not one.posted
