"""docs/quota.md, copied and pasted into a shell on fresh data, prints what it shows."""

from __future__ import annotations

import pytest

from tests.journeys import pages

PAGE = "quota.md"
pytestmark = [pytest.mark.journey, pages.needs_a_shell, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def second_factor() -> bool:
    """The page signs in as a demonstration does."""
    return False


@pytest.mark.clause(
    "A1", "A2", "A2.n2.vacant", "A2.n2.exam", "A2.n2.down", "A2.n2.deemed", "A2.n3", "1.4.1", "2.1.1", "2.1.2"
)
async def test_every_example_prints_what_stands_below_it(stack, tmp_path):
    """A ledger, its form, one step down, a deemed vacancy, two out one in, a refusal, a flag, a decision, Annex 1."""
    shown = [each.printed for each in pages.examples(PAGE)]
    assert await pages.printed(PAGE, stack, tmp_path) == shown
