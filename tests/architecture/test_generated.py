"""What is generated from code and policy is fresh in the repository; the schema and the OpenAPI document have tests of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from docs import __main__ as docs
from tests import clauses

GENERATORS = {"docs": docs.main, "tests.clauses": clauses.main}


@pytest.mark.parametrize("generator", GENERATORS.values(), ids=GENERATORS)
def test_generated_files_are_fresh(generator: Callable[[list[str]], int], capsys: pytest.CaptureFixture[str]):
    """`make docs` would change nothing."""
    assert generator(["--check"]) == 0, capsys.readouterr().err
