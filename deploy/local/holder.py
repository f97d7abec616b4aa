"""One running platform per folder: whoever holds the lock file wrote in it who it is and where its database listens."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.failures import AlreadyRunning

FILE = "running.json"


@dataclass(frozen=True)
class Holder:
    """Who runs the platform of a folder."""

    pid: int
    postgres_port: int


@contextmanager
def held(run: Path, postgres_port: int) -> Iterator[None]:
    """Hold the folder for as long as the block runs; the kernel lets go even of a killed holder.

    Raises:
        AlreadyRunning: somebody else holds it.
    """
    run.mkdir(parents=True, exist_ok=True, mode=0o711)
    with (run / FILE).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_read(run / FILE).pid) from None
        file.truncate(0)
        file.write(json.dumps(asdict(Holder(os.getpid(), postgres_port))))
        file.flush()
        yield


def holder(run: Path) -> Holder | None:
    """Return who holds the folder, or None."""
    path = run / FILE
    if not path.exists():
        return None
    with path.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(path)
    return None


def _read(path: Path) -> Holder:
    try:
        return Holder(**json.loads(path.read_text(encoding="utf-8")))
    except (json.JSONDecodeError, TypeError):
        return Holder(0, 0)
