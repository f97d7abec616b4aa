"""The short form of `make faults`: each of the cheap faults once, while people work over the public API."""

from __future__ import annotations

import os
from random import Random

import pytest

from tests.faults.injections import INJECTIONS
from tests.faults.installation import installed
from tests.faults.load import BALLOTS, EXPERTS, at_work
from tests.faults.rounds import Rounds

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("under_load"), pytest.mark.timeout(900)]
CHEAP = [each for each in INJECTIONS if each.cheap]
SEED = int(os.environ.get("SEED", "1"))


async def test_nothing_acknowledged_is_lost_whatever_breaks(births):
    """After each fault the load goes on, all that was acknowledged is there, and every invariant holds."""
    async with installed(births) as at, at_work(at, -(-len(CHEAP) * BALLOTS // EXPERTS)) as load:
        rounds = Rounds(load, Random(SEED))
        played = {row.injection.name: row async for row in rounds.play(CHEAP, 1)}
        assert await rounds.count() == []
    assert {name: (row.lost, row.broken) for name, row in played.items()} == {
        each.name: ([], set()) for each in CHEAP
    }
    assert all(row.acknowledged for row in played.values())
