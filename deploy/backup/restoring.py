"""A copy and the changes after it become an installation again, in a folder of its own, as it was at a moment."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.backup import base, changes, files
from deploy.backup.base import Copy
from deploy.backup.installation import Installation
from deploy.local.failures import LocalFailure, PostgresNotStarted
from deploy.local.keys import Keys
from deploy.local.postgres import EmbeddedPostgres, free_port

PATIENCE_SECONDS = 6 * 3600
LAST_CHANGE = re.compile(r"last completed transaction was at log time (\S+ \S+)")
NOT_REACHED = "recovery ended before configured recovery target was reached"
KEYS = ("secrets.json", "signing-keys.json", "credential-keys.json", "backup-identity.txt")
"""What a running installation keeps beside its data. No copy holds them."""


class FolderTaken(LocalFailure):
    """There is something where an installation is to be brought back to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"backup: {folder} is not empty; name a folder that is not there yet")


class MomentNotThere(LocalFailure):
    """Nothing that is kept was committed after the moment: whether everything before it is there cannot be told."""

    def __init__(self, to: datetime) -> None:
        super().__init__(
            f"backup: what is kept ends before {to.isoformat()}; without --to everything that is kept is brought back"
        )


@dataclass(frozen=True)
class Restored:
    """What was brought back where."""

    copy: Copy
    run: Path
    postgres: EmbeddedPostgres
    segments: int
    files: int
    last_change: datetime | None
    """When the newest of what was replayed was committed; None: nothing was."""


def restore(installation: Installation, into: Path, to: datetime | None = None) -> Restored:
    """Bring the installation back into the folder `into`, as it was at the moment `to`, or as late as is kept.

    `into` is a run folder then: `RUN_DIR=into make run` starts the platform on it. The server does not run afterwards.

    Raises:
        FolderTaken, NoCopy, CopyBroken, MomentNotThere, NotOurs: with one line each; nothing is started on it.
    """
    if into.exists() and any(into.iterdir()):
        raise FolderTaken(into)
    copy = base.newest(installation.repository, to)
    into.mkdir(mode=0o711, parents=True, exist_ok=True)
    _bring_keys(installation.run, into)
    password = Keys.kept_in(into / "secrets.json").postgres_password
    server = EmbeddedPostgres(into / "postgres", free_port(), password)
    wal = server.folder / "wal"
    server.settings = _recovery(wal, to)
    server.folder.mkdir(parents=True, exist_ok=True, mode=0o711)
    base.extract(installation.repository, copy, server.data, server.runs_as)
    count = _bring_changes(installation, copy, wal, server)
    kept = files.fetch(installation, into)
    _recover(server, to)
    shutil.rmtree(wal)
    return Restored(copy, into, server, count, kept, _last_change(server))


def _bring_keys(source: Path, into: Path) -> None:
    for name in KEYS:
        if (source / name).exists():
            shutil.copy2(source / name, into / name)


def _bring_changes(installation: Installation, copy: Copy, wal: Path, server: EmbeddedPostgres) -> int:
    wal.mkdir(mode=0o700)
    count = changes.fetch(installation, copy.first_segment, wal)
    for path in (wal, *wal.iterdir()):
        server.runs_as.give(path)
    return count


def _recovery(wal: Path, to: datetime | None) -> dict[str, str]:
    """What tells a server to replay the changes in a folder, up to a moment. Once it leads, it means nothing."""
    settings = {
        "restore_command": f"cp '{wal}/%f' '%p'",
        "recovery_target_timeline": "current",
        "hot_standby": "off",  # it is ready when it leads, not before
    }
    if to is None:
        return settings
    return settings | {"recovery_target_time": to.isoformat(), "recovery_target_action": "promote"}


def _last_change(server: EmbeddedPostgres) -> datetime | None:
    told = LAST_CHANGE.findall(server.log.read_text(encoding="utf-8", errors="replace"))
    return datetime.fromisoformat(told[-1]) if told else None


def _recover(server: EmbeddedPostgres, to: datetime | None) -> None:
    """Have the server replay and become one of its own; then stop it."""
    signal = server.data / "recovery.signal"
    signal.touch()
    server.runs_as.give(signal)
    try:
        server.start(patience=PATIENCE_SECONDS, attempts=1)
    except PostgresNotStarted as failure:
        if to is not None and NOT_REACHED in str(failure):
            raise MomentNotThere(to) from None
        raise
    finally:
        server.stop()
