"""Environments beside ours, for what wants other versions of libraries than we do: clients in Python, the scanner of manifests.

Each holds what its file in `requirements` pins, and is made once for each such file. `python -m tests.platform.environments` makes them, so that no
test waits.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from filelock import FileLock

from deploy.local.layout import PROJECT

NAMES = ("client", "manifests")
INSTALL_SECONDS = 300
TRIES = 2
"""A registry may be away for a moment."""
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


def installed(name: str) -> Path:
    """The folder of an environment's programs; a test is skipped where it cannot be made."""
    if (home := fetched(name)) is None:
        pytest.skip(f"pip cannot install here what {lock_of(name).name} pins")
    return home / "bin"


def fetched(name: str) -> Path | None:
    """The environment; None where pip installs nothing."""
    digest = hashlib.sha256(lock_of(name).read_bytes()).hexdigest()[:16]
    home = Path(sys.prefix).resolve() / "environments" / f"{name}-{digest}"
    home.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{home}.lock"):
        if not (home / "whole").exists():
            venv.create(home, clear=True)
            if not any(_filled(home, lock_of(name)) for _ in range(TRIES)):
                return None
            (home / "whole").touch()
    return home


def lock_of(name: str) -> Path:
    """The file that pins what the environment holds."""
    return PROJECT / "requirements" / f"{name}.txt"


def _filled(home: Path, lock: Path) -> bool:
    command = [*PIP, "--python", str(home / "bin" / "python"), "install", "-qq", "--require-hashes"]
    try:
        done = subprocess.run(
            [*command, "-r", str(lock)], check=False, capture_output=True, timeout=INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    return not done.returncode


if __name__ == "__main__":
    for each in NAMES:
        if fetched(each) is None:
            sys.stderr.write(
                f"the environment of {lock_of(each)} cannot be made: what needs it goes untested\n"
            )
