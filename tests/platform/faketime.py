"""A clock that is wrong in one process alone: Debian's libfaketime, preloaded; the time since its start goes on as it was."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path


@cache
def library() -> Path | None:
    """The library, where it is installed; the one for programs with threads."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


class WrongClock:
    """What a process finds in its `environment` whose clock is to be wrong, and by how much it is: not at first."""

    def __init__(self, file: Path) -> None:
        found = library()
        assert found is not None, "whoever asks for it has looked whether it is there"
        self._file = file
        self.ahead(timedelta())
        self.environment = {
            "LD_PRELOAD": str(found),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def ahead(self, by: timedelta) -> None:
        """From now on it is ahead by so much, or behind where that is negative."""
        draft = self._file.with_suffix(".draft")
        draft.write_text(f"{by.total_seconds():+.0f}\n", encoding="utf-8")
        draft.chmod(0o644)
        draft.replace(self._file)
