"""The sample: never less than the share, something of every committee, and the same whatever the order."""

from __future__ import annotations

from fractions import Fraction
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.workflow.spot_check.sample import draw, size_of

STRATA = st.lists(st.integers(1, 30), min_size=1, max_size=8)
SHARE = st.fractions(min_value=Fraction(1, 10_000), max_value=1)


@settings(max_examples=60)
@given(strata=STRATA, share=SHARE, seed=st.binary(min_size=32, max_size=32))
def test_the_share_is_kept_and_no_committee_left_out(strata: list[int], share: Fraction, seed: bytes) -> None:
    """At least the share, at most one more unless committees ask for it; nobody twice; no order matters."""
    frame = {UUID(int=1000 * at + n): f"c{at}" for at, count in enumerate(strata) for n in range(count)}
    sizes = {f"c{at}": count for at, count in enumerate(strata)}
    size = size_of(share, sizes)
    drawn = draw(seed, frame, size)
    assert len(drawn) == len(set(drawn)) == size <= len(frame)
    assert share * len(frame) <= size < max(share * len(frame) + 1, len(strata) + 1)
    assert {frame[each] for each in drawn} == set(sizes)
    assert set(draw(seed, dict(reversed(frame.items())), size)) == set(drawn)
