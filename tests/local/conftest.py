"""A place for data that every account can reach: pytest's own folders are closed to the server's account."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

SHARED = Path("/var/tmp")  # noqa: S108 - where root's data go


@pytest.fixture(scope="module")
def folder():
    """A folder for the tests of one file, removed afterwards."""
    made = Path(tempfile.mkdtemp(prefix="titles-test-", dir=SHARED))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)
