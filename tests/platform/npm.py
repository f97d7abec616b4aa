"""What others wrote in JavaScript, as pinned in a folder's package-lock.json: installed once for an environment, then run.

`python -m tests.platform.npm` installs all of it, so that no test waits.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from filelock import FileLock

INSTALL_SECONDS = 100
TRIES = 2
"""A registry may be away for a moment."""
FILES = ("package.json", "package-lock.json")
HOW = ("ci", "--silent", "--no-audit", "--no-fund", "--prefer-offline")


def installed(folder: Path) -> Path:
    """Where the packages of `folder` are, with its own scripts beside them; a test is skipped where they cannot be had."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("neither Node nor npm is installed here")
    if (home := fetched(folder)) is None:
        pytest.skip(f"npm cannot install what {folder.name} needs here")
    return home


def fetched(folder: Path) -> Path | None:
    """The same; None where npm is not there, or installs nothing."""
    if not (npm := shutil.which("npm")):
        return None
    digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in FILES)).hexdigest()[:16]
    home = Path(sys.prefix) / "npm" / f"{folder.name}-{digest}"
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{home}.lock"):
        if not (home / "whole").exists():
            for name in FILES:
                shutil.copy(folder / name, home)
            if not any(_done([npm, *HOW], home) for _ in range(TRIES)):
                return None
            (home / "whole").touch()
        for script in folder.glob("*.mjs"):
            shutil.copy(script, home)
    return home


def _done(command: list[str], home: Path) -> bool:
    try:
        done = subprocess.run(command, check=False, cwd=home, capture_output=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return not done.returncode


def ran(home: Path, script: str, *arguments: str, given: str = "") -> str:
    """What a script says; what it is given is a file, as Node may find a pipe's end not there yet."""
    node = shutil.which("node") or "node"
    with TemporaryFile("w+", encoding="utf-8") as told:
        told.write(given)
        told.seek(0)
        done = subprocess.run(
            [node, script, *arguments],
            check=False,
            cwd=home,
            stdin=told,
            capture_output=True,
            text=True,
            timeout=100,
        )
    assert not done.returncode, done.stderr
    return done.stdout


def locks() -> list[Path]:
    """Of every folder whose packages a test needs."""
    project = Path(__file__).parents[2]
    return sorted((*project.glob(f"tests/**/npm/*/{FILES[1]}"), *project.glob(f"examples/*/{FILES[1]}")))


if __name__ == "__main__":
    for lock in locks():
        if fetched(lock.parent) is None:
            sys.stderr.write(
                f"{lock.parent.name} cannot be installed: what it verifies of ours goes untested\n"
            )
