"""Make `.venv` and install a locked set of dependencies into it; done in no time when nothing has changed.

Runs on a bare Python, before anything is installed: `python3 deploy/local/install.py runtime` (or `dev`).
pip runs with the user's own configuration, so that an index of one's own works.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
OLDEST = (3, 11)
UNDERSTOOD = 2
"""Exit code of an expected failure, told in one line."""


def main(wanted: str) -> int:
    """Install the set `wanted` unless its stamp says that this very lock file is installed."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:2]))
        return _fail(
            f"Python {found} is too old; install Python 3.11 or later, or name one: make PYTHON=python3.12 ..."
        )
    lock = PROJECT / "requirements" / f"{wanted}.txt"
    environment = PROJECT / ".venv"
    stamp = environment / f"installed-{wanted}"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return 0
    if not (environment / "bin" / "python").exists() and (code := _create(environment)):
        return code
    print(
        f"Installing dependencies ({lock.relative_to(PROJECT)}); the first time takes about a minute ...",
        flush=True,
    )
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "-qq"]
    if subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=False).returncode:
        return _fail(
            "pip could not install the dependencies, see above; check the network or pip's index settings"
        )
    stamp.write_text(digest, encoding="utf-8")
    return 0


def _create(environment: Path) -> int:
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(environment)], check=False, capture_output=True, text=True
    )
    if made.returncode == 0:
        return 0
    if "ensurepip" in made.stdout + made.stderr:
        return _fail("Python's venv module is incomplete; on Debian or Ubuntu: apt install python3-venv")
    return _fail(f"{environment} cannot be made: {(made.stderr or made.stdout).strip().splitlines()[-1]}")


def _fail(line: str) -> int:
    print(line, file=sys.stderr)
    return UNDERSTOOD


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "runtime"))
