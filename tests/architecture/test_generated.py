"""What is generated from code and policy is fresh in the repository."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.code import PROJECT

GENERATORS = ("docs", "gateway.export", "tests.clauses")


@pytest.mark.parametrize("module", GENERATORS)
def test_generated_files_are_fresh(module: str):
    """`make docs` would change nothing."""
    checked = subprocess.run(
        [sys.executable, "-m", module, "--check"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
