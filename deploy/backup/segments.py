"""Names and places in the write-ahead log: `timeline, 4 GB, segment` in hexadecimal, as PostgreSQL names its files."""

from __future__ import annotations

import re
from collections.abc import Iterable

SEGMENT = re.compile(r"^[0-9A-F]{24}$")
HISTORY = re.compile(r"^[0-9A-F]{8}\.history$")
PARTIAL = ".partial"
REACH = 1 << 32
"""So many bytes have the segments of one middle part of the name."""


def place(lsn: str) -> int:
    """The byte that `16/B374D848` names."""
    high, _, low = lsn.partition("/")
    return (int(high, 16) << 32) | int(low, 16)


def name(timeline: int, at: int, segment_bytes: int) -> str:
    """The segment in which a byte lies."""
    number, per = at // segment_bytes, REACH // segment_bytes
    return f"{timeline:08X}{number // per:08X}{number % per:08X}"


def number(segment: str, segment_bytes: int) -> int:
    """Where a segment stands among all of its timeline."""
    return int(segment[8:16], 16) * (REACH // segment_bytes) + int(segment[16:], 16)


def from_on(names: Iterable[str], first: str) -> list[str]:
    """The segments of the timeline of `first` that begin with it, whole ones and the one that is written, in order."""
    return sorted(
        each for each in names if each[:8] == first[:8] and first <= each and not HISTORY.match(each)
    )


def missing(names: Iterable[str], first: str, segment_bytes: int) -> str | None:
    """The first segment that is not there, from `first` to the newest of its timeline; None where all are."""
    there = {each.removesuffix(PARTIAL) for each in from_on(names, first)}
    begin = number(first, segment_bytes)
    if not there:
        return first
    for each in range(begin, number(max(there), segment_bytes) + 1):
        wanted = name(int(first[:8], 16), each * segment_bytes, segment_bytes)
        if wanted not in there:
            return wanted
    return None
