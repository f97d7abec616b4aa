"""Values of sections on their way through the gateway."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest

from gateway.limits import DocumentTooLarge
from gateway.workflow.declaration_rounds import DEEPEST, as_taken


def nested(levels: int) -> Any:
    """A list in a list, so many times."""
    return reduce(lambda inner, _: [inner], range(levels), {"schoolName": "青海大学"})


def test_a_value_is_followed_so_deep_and_no_deeper():
    """What is nested further than any section is refused before it is walked."""
    assert as_taken(nested(1)) == [{"school_name": "青海大学"}]
    with pytest.raises(DocumentTooLarge):
        as_taken(nested(DEEPEST + 1))
    with pytest.raises(DocumentTooLarge):
        as_taken(nested(100_000))
