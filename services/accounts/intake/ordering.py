"""The rows of a file as a whole: none repeats another, each stands below its superior, and none is above itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(slots=True)
class Placed:
    """What a row says of itself in the file: its superior's row, what it shares with no other, whether it is refused."""

    row_no: int
    parent_row: int | None
    login: str | None
    same: str | None
    refused: bool


@dataclass(frozen=True, slots=True)
class Order:
    """The depth of every row that can be imported, and why others cannot be: a row repeated, a superior, a cycle."""

    depths: Mapping[int, int]
    repeats: Mapping[int, int]
    below_refused: Mapping[int, int]
    cycles: Mapping[int, tuple[int, ...]]


def ordered(rows: Iterable[Placed]) -> Order:
    """Put rows in order, in any order they come.

    Of rows that say the same, the first counts. A row below a refused one is refused; it names the row directly above.
    """
    by_no = {row.row_no: row for row in rows}
    repeats = _repeats(by_no)
    out = {no for no, row in by_no.items() if row.refused} | set(repeats)
    depths = _depths(by_no, out)
    unreached = [no for no in by_no if no not in depths and no not in out]
    cycles = _cycles(by_no)
    below = {no: by_no[no].parent_row or no for no in unreached if no not in cycles}
    return Order(depths, repeats, below, cycles)


def _repeats(by_no: Mapping[int, Placed]) -> dict[int, int]:
    """For each row that repeats an earlier one, the first of these."""
    first: dict[tuple[str, str], int] = {}
    found: dict[int, int] = {}
    for no in sorted(by_no):
        row = by_no[no]
        for kind, key in (("same", row.same), ("login", row.login)):
            if key is not None and (earlier := first.setdefault((kind, key), no)) != no:
                found.setdefault(no, earlier)
    return found


def _depths(by_no: Mapping[int, Placed], out: set[int]) -> dict[int, int]:
    """From the rows below organisations that exist downwards, depth by depth."""
    children: dict[int, list[int]] = defaultdict(list)
    level: list[int] = []
    for no, row in by_no.items():
        if no in out:
            continue
        if row.parent_row is None:
            level.append(no)
        else:
            children[row.parent_row].append(no)
    depths: dict[int, int] = {}
    depth = 0
    while level:
        depths |= dict.fromkeys(level, depth)
        level = [child for no in level for child in children[no]]
        depth += 1
    return depths


def _cycles(by_no: Mapping[int, Placed]) -> dict[int, tuple[int, ...]]:
    """The rows that are above themselves, refused for something else or not, each with all of its circle."""
    found: dict[int, tuple[int, ...]] = {}
    seen: set[int] = set()
    for start in by_no:
        path: dict[int, int] = {}
        at: int | None = start
        while at is not None and at not in seen and at in by_no:
            path[at] = len(path)
            seen.add(at)
            at = by_no[at].parent_row
        if at in path:
            circle = tuple(sorted(no for no, place in path.items() if place >= path[at]))
            found |= dict.fromkeys(circle, circle)
    return found
