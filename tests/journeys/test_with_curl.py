"""docs/with-curl.md, copied and pasted into a shell, does what it says."""

from __future__ import annotations

import pytest

from tests.journeys import pages

PAGE = "with-curl.md"
pytestmark = [pytest.mark.journey, pages.needs_a_shell]


async def test_the_page_runs_as_it_stands(stack, tmp_path):
    """Sign-in with a second factor, a client's credentials, an import: every command prints what the page shows."""
    assert await pages.printed(PAGE, stack, tmp_path) == [each.printed for each in pages.examples(PAGE)]
