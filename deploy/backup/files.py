"""Files of applicants: each copied once, for its name is made of its content; gone from the copies long after it is gone here."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from deploy.backup.installation import Installation
from services.files.staging import STAGED

FOLDER = "files/"
SUFFIX = ".age"
WHILE_WRITTEN = "#"
SETTLED_SECONDS = 2.0
"""A folder that changed less long ago may have got a file since it was read, with the same time of change."""


def kept_name(store: str, key: str) -> str:
    """Under which name the file `key` of a store is kept."""
    return f"{FOLDER}{store}/{key}{SUFFIX}"


class Mirror:
    """Copies what is new. Folders that did not change since they were read are not read again."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._read: dict[str, float] = {}
        self._kept: set[str] | None = None

    def once(self) -> int:
        """Copy every file that is not kept yet; how many."""
        if self._kept is None:
            self._kept = {each.name for each in self._installation.repository.kept(FOLDER)}
        copied = 0
        for name, path in found_in(self._installation, self._read):
            if name not in self._kept and self._copy(name, path):
                self._kept.add(name)
                copied += 1
        return copied

    def _copy(self, name: str, path: Path) -> bool:
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # swept meanwhile: no row names it
            return False
        self._installation.repository.put(name, content)
        return True


def found_in(installation: Installation, read: dict[str, float]) -> Iterator[tuple[str, Path]]:
    """Each file, and the name under which it is kept, of folders that changed since they were `read`, which is noted.

    Parts of files that are still being sent are none yet.
    """
    for store, root in installation.stores.items():
        for folder, below, names in os.walk(root):
            if Path(folder) == root:
                below[:] = [each for each in below if each != STAGED.rstrip("/")]
            changed = Path(folder).stat().st_mtime
            if read.get(folder) == changed:
                continue
            settled = time.time() - changed > SETTLED_SECONDS
            for each in names:
                if WHILE_WRITTEN not in each:
                    path = Path(folder) / each
                    yield kept_name(store, path.relative_to(root).as_posix()), path
            if settled:  # and whoever asked has dealt with every file
                read[folder] = changed


def fetch(installation: Installation, into: Path) -> int:
    """Bring every file that is kept into the stores below a folder; how many. One without a row harms nobody."""
    found = installation.repository.kept(FOLDER)
    for store in installation.stores:
        (into / store).mkdir(mode=0o700, exist_ok=True)
    for each in found:
        target = into / each.name.removeprefix(FOLDER).removesuffix(SUFFIX)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            installation.repository.read(each.name, file)
    return len(found)
