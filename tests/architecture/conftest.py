"""What the rules read of the project is given back when they are through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.architecture.code import everything


@pytest.fixture(scope="package", autouse=True)
def _read_once() -> Iterator[None]:
    """The syntax of every file is some hundred megabytes, which the tests after these would carry along."""
    yield
    everything.cache_clear()
