"""What others wrote in JavaScript, as pinned in a folder's package-lock.json: installed once for an environment, then run."""

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
FILES = ("package.json", "package-lock.json")


def installed(folder: Path) -> Path:
    """Where the packages of `folder` are, with its own scripts beside them; a test is skipped where they cannot be had."""
    if not shutil.which("node") or not (npm := shutil.which("npm")):
        pytest.skip("neither Node nor npm is installed here")
    digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in FILES)).hexdigest()[:16]
    home = Path(sys.prefix) / "npm" / f"{folder.name}-{digest}"
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{home}.lock"):
        if not (home / "whole").exists():
            for name in FILES:
                shutil.copy(folder / name, home)
            asked = [
                npm,
                "ci",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--prefer-offline",
                "--prefix",
                str(home),
            ]
            try:
                done = subprocess.run(
                    asked, check=False, capture_output=True, timeout=INSTALL_SECONDS
                ).returncode
            except subprocess.TimeoutExpired:
                done = 1
            if done:
                pytest.skip(f"npm cannot install what {folder.name} needs here")
            (home / "whole").touch()
        for script in folder.glob("*.mjs"):
            shutil.copy(script, home)
    return home


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
