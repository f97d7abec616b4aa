"""The release before is the newest whose tag the present commit comes after."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.platform.previous import previous_release

ME = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")


def test_the_release_before_is_laid_out(tmp_path: Path) -> None:
    """Not the present commit's own, nor an older one; none where there was none."""
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed here")
    project = tmp_path / "project"
    project.mkdir()

    def do(*asked: str) -> None:
        subprocess.run([git, *ME, *asked], cwd=project, check=True, capture_output=True)

    do("init")
    for number, tag in enumerate((None, "v0.9.0", "v0.10.0", "v0.11.0")):
        (project / "code").write_text(str(number), encoding="utf-8")
        do("add", "code")
        do("commit", "-m", str(number))
        if tag is None:
            assert previous_release(project, tmp_path / "none") is None
        else:
            do("tag", tag)
    found = previous_release(project, tmp_path / "before")
    assert found is not None
    assert (found / "code").read_text(encoding="utf-8") == "2"
