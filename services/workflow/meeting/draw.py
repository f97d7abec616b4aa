"""The draw of a committee's experts from the qualified pool: random, stratified, and replayable by anyone.

The algorithm, so that it can be repeated with any tool:

1. `seed` is 32 bytes that follow from the meeting's key (`pseudonym.py`). Its SHA-256 is published when the meeting is
   created, before pool and agenda are known; the seed itself is published with the draw.
2. Every candidate gets a ticket: HMAC-SHA256 with the seed as key over his or her pseudonym (36 characters, lower case).
3. Seats are shared out among the strata (specialties). Each stratum gets one seat where there are enough seats for
   all; the others go in proportion to the candidates left, by largest remainder, ties to the smaller stratum name.
4. In each stratum the lowest tickets are drawn. The others are its reserves, in the order of their tickets.

No step depends on the order in which candidates are given.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

ALGORITHM = "hmac-sha256-stratified-v1"
SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert who may be drawn, by a name of this meeting alone, in the one stratum he or she is drawn for."""

    pseudonym: UUID
    stratum: str


@dataclass(frozen=True, slots=True)
class Draw:
    """What came of a draw; both in the order of strata and tickets."""

    drawn: tuple[Candidate, ...]
    reserves: tuple[Candidate, ...]


class PoolExhausted(ValueError):
    """Fewer candidates than seats."""


def commitment(seed: bytes) -> str:
    """What is published before the draw: the SHA-256 of the seed, in hexadecimal."""
    return hashlib.sha256(seed).hexdigest()


def ticket(seed: bytes, named: UUID) -> bytes:
    """The place of whoever, or whatever, is so named in the order of the draw."""
    return hmac.digest(seed, str(named).encode(), hashlib.sha256)


def draw(seed: bytes, pool: Collection[Candidate], size: int) -> Draw:
    """Draw `size` candidates from `pool`; the same three arguments always give the same draw.

    Raises:
        PoolExhausted: the pool has fewer than `size` candidates.
    """
    if len(pool) < size:
        raise PoolExhausted(f"{len(pool)} candidates for {size} seats")
    strata = _by_stratum(pool)
    seats = allot(size, {stratum: len(members) for stratum, members in strata.items()})
    drawn: list[Candidate] = []
    reserves: list[Candidate] = []
    for stratum, members in strata.items():
        members.sort(key=lambda each: ticket(seed, each.pseudonym))
        drawn += members[: seats[stratum]]
        reserves += members[seats[stratum] :]
    return Draw(tuple(drawn), tuple(reserves))


def allot(size: int, strata: Mapping[str, int]) -> dict[str, int]:
    """How many of `size` seats each stratum gets, given how many candidates it has; never more than it has."""
    base = 1 if size >= len(strata) else 0
    left = {name: count - base for name, count in strata.items()}
    seats, total = size - base * len(strata), sum(left.values())
    shares = {name: Fraction(seats * count, total) if total else Fraction() for name, count in left.items()}
    given = {name: base + int(share) for name, share in shares.items()}
    by_remainder = sorted(shares, key=lambda name: (int(shares[name]) - shares[name], name))
    for name in by_remainder[: size - sum(given.values())]:
        given[name] += 1
    return given


def _by_stratum(pool: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    strata: dict[str, list[Candidate]] = {}
    for candidate in sorted(pool, key=lambda each: each.stratum):
        strata.setdefault(candidate.stratum, []).append(candidate)
    return strata
