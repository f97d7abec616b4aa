"""A ballot box holds ballots and nothing about them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.ids import new_id
from services.kit.sealing import SealBroken
from services.workflow.meeting.ballot_box import BoxFull, BoxSealer, ballots, cast, empty, new_key


@given(st.lists(st.booleans(), max_size=25), st.randoms())
def test_a_box_does_not_know_the_order_of_its_ballots(votes, chance):
    """The same ballots in another order make the same bytes, of the same length as an empty box."""
    shuffled = list(votes)
    chance.shuffle(shuffled)
    assert filled(votes) == filled(shuffled)
    assert len(filled(votes)) == len(empty(25))
    assert sorted(ballots(filled(votes))) == sorted(votes)


def test_a_full_box_takes_no_ballot():
    """There are as many places as seats."""
    with pytest.raises(BoxFull):
        cast(cast(empty(1), in_favour=True), in_favour=True)


def test_sealed_boxes_look_alike_whatever_they_hold():
    """Each sealing is of one length and differs from every other, even of the same box."""
    sealer, declaration = BoxSealer(new_key(), new_id()), new_id()
    sealed = [sealer.seal(filled([vote] * n), declaration) for vote in (True, False) for n in range(11)]
    assert len({len(each) for each in sealed}) == 1
    assert len({*sealed, sealer.seal(empty(25), declaration)}) == len(sealed) + 1


def test_a_box_cannot_be_put_in_the_place_of_another():
    """A box opens for its own declaration and meeting only."""
    key, meeting, declaration = new_key(), new_id(), new_id()
    sealed = BoxSealer(key, meeting).seal(filled([True]), declaration)
    for sealer, place in ((BoxSealer(key, meeting), new_id()), (BoxSealer(key, new_id()), declaration)):
        with pytest.raises(SealBroken):
            sealer.open(sealed, place)


def filled(votes: list[bool]) -> bytes:
    """A box of 25 places with these ballots."""
    box = empty(25)
    for vote in votes:
        box = cast(box, in_favour=vote)
    return box
