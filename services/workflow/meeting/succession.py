"""Who comes in when a drawn expert leaves before the meeting opens (递补): nobody's choice, and replayable like the draw.

1. The reserves of the draw wait in the order of their tickets. Whoever sat once, waits no more.
2. For an expert who leaves, the reserve of the same stratum with the lowest ticket comes in; if that stratum has none,
   the reserve with the lowest ticket of all.
3. A reserve who is in conflict by then, or no longer in the pool, is passed over. Who was is published, not why.
4. If none is left the seat stays vacant.

With the draw and, for each replacement, who left and who was passed over, anyone finds who came in.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.workflow.meeting.draw import Candidate, Draw, ticket


@dataclass(frozen=True, slots=True)
class Departure:
    """An expert who left, who was passed over, and who came in; None for a vacant seat."""

    left: UUID
    passed_over: frozenset[UUID]
    entered: UUID | None


class NotReplayed(ValueError):
    """What is on record is not what the rules give."""


def in_line(seed: bytes, waiting: Iterable[Candidate], stratum: str) -> list[Candidate]:
    """Those who wait, in the order in which they come in for a seat of a stratum."""
    return sorted(waiting, key=lambda each: (each.stratum != stratum, ticket(seed, each.pseudonym)))


def waiting(found: Draw, departures: Iterable[Departure]) -> list[Candidate]:
    """The reserves who have not come in yet."""
    used = {each.entered for each in departures}
    return [each for each in found.reserves if each.pseudonym not in used]


def next_of(line: Sequence[Candidate], unfit: Collection[UUID]) -> tuple[Candidate | None, list[UUID]]:
    """Who comes in, and who ahead of him or her is passed over."""
    passed_over: list[UUID] = []
    for each in line:
        if each.pseudonym not in unfit:
            return each, passed_over
        passed_over.append(each.pseudonym)
    return None, passed_over


def seated(seed: bytes, found: Draw, departures: Sequence[Departure]) -> list[Candidate]:
    """Who sits after a draw and its replacements, each repeated by the rules.

    Raises:
        NotReplayed: somebody left who did not sit, or somebody came in whose turn it was not.
    """
    sitting = {each.pseudonym: each for each in found.drawn}
    for number, departure in enumerate(departures):
        left = sitting.pop(departure.left, None)
        if left is None:
            raise NotReplayed(f"{departure.left} did not sit")
        line = in_line(seed, waiting(found, departures[:number]), left.stratum)
        entered, passed_over = next_of(line, departure.passed_over)
        if set(passed_over) != departure.passed_over or departure.entered != (entered and entered.pseudonym):
            raise NotReplayed(f"{departure.entered} came in for {departure.left}")
        if entered is not None:
            sitting[entered.pseudonym] = entered
    return list(sitting.values())
