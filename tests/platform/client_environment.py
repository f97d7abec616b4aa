"""Where clients in Python are generated and run: an environment of its own, for what writes them wants another graphql-core than ours.

It holds what `requirements/client.txt` pins, and is made once for each such file. `python -m tests.platform.client_environment` makes it, so that no
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

LOCK = PROJECT / "requirements" / "client.txt"
INSTALL_SECONDS = 300
TRIES = 2
"""A registry may be away for a moment."""
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


def installed() -> Path:
    """The folder of the environment's programs; a test is skipped where it cannot be made."""
    if (home := fetched()) is None:
        pytest.skip("pip cannot install here what clients in Python need")
    return home / "bin"


def fetched() -> Path | None:
    """The environment; None where pip installs nothing."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    home = Path(sys.prefix).resolve() / "clients" / f"python-{digest}"
    home.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{home}.lock"):
        if not (home / "whole").exists():
            venv.create(home, clear=True)
            if not any(_filled(home) for _ in range(TRIES)):
                return None
            (home / "whole").touch()
    return home


def _filled(home: Path) -> bool:
    command = [*PIP, "--python", str(home / "bin" / "python"), "install", "-qq", "--require-hashes"]
    try:
        done = subprocess.run(
            [*command, "-r", str(LOCK)], check=False, capture_output=True, timeout=INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    return not done.returncode


if __name__ == "__main__" and fetched() is None:
    sys.stderr.write("the environment of clients in Python cannot be made: they go untested\n")
