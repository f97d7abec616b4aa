"""Which of a frozen frame are checked: random, stratified by committee, and replayable by anyone.

The algorithm is that of the draw of experts (`meeting/draw.py`): tickets are HMAC-SHA256 with the seed as key over a
declaration's id, strata are the ids of committees. The SHA-256 of the seed is public before the frame is frozen.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from uuid import UUID

from services.workflow.meeting.draw import allot, ticket


def size_of(share: Fraction, strata: Mapping[str, int]) -> int:
    """How many are drawn: the share of the frame, rounded up, and one of each committee at least."""
    return max(ceil(share * sum(strata.values())), len(strata))


def draw(seed: bytes, frame: Mapping[UUID, str], size: int) -> list[UUID]:
    """The `size` declarations drawn from a frame (declaration to stratum), in the order of strata and tickets."""
    strata: dict[str, list[UUID]] = {}
    for declaration_id, stratum in frame.items():
        strata.setdefault(stratum, []).append(declaration_id)
    seats = allot(size, {name: len(members) for name, members in strata.items()})
    drawn: list[UUID] = []
    for name in sorted(strata):
        drawn += sorted(strata[name], key=lambda each: ticket(seed, each))[: seats[name]]
    return drawn
