"""The stream of changes: PostgreSQL's own receiver keeps it in a folder, from which it leaves the machine every few seconds.

The receiver holds a slot: the server keeps what it has not got yet, also while it is down. The segment that is being
written leaves as often as the whole ones, so that what a lost machine costs is seconds and not a segment.
"""

from __future__ import annotations

import gzip
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from deploy.backup import segments
from deploy.backup.files import Mirror
from deploy.backup.installation import SLOT, Installation
from deploy.local.processes import bound_to_us

FOLDER = "wal/"
SUFFIX = ".gz.age"


def kept_name(segment: str) -> str:
    """Under which name a segment is kept."""
    return f"{FOLDER}{segment}{SUFFIX}"


def segment_names(installation: Installation) -> list[str]:
    """The segments that are kept."""
    return [
        each.name.removeprefix(FOLDER).removesuffix(SUFFIX) for each in installation.repository.kept(FOLDER)
    ]


class Receiver:
    """PostgreSQL's receiver as a process of ours; it dies with us."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def runs(self) -> bool:
        """Whether it is at work."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, with its slot where there is none."""
        spool = self._installation.spool
        spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._installation.call("pg_receivewal", f"--slot={SLOT}", "--create-slot", "--if-not-exists")
        command, environment = self._installation.program(
            "pg_receivewal", f"--slot={SLOT}", f"--directory={spool}", "--synchronous", "--no-loop"
        )
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=bound_to_us(),  # noqa: PLW1509 - one system call
        )

    def stop(self) -> None:
        """End it; what it has is in its folder."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None


@dataclass
class Shipping:
    """Carries what the receiver has to the repository, and before it the files that it may name."""

    installation: Installation
    mirror: Mirror = field(init=False)
    _told: tuple[str, bytes] = ("", b"")

    def __post_init__(self) -> None:
        self.mirror = Mirror(self.installation)

    def once(self) -> int:
        """Carry what is new; how many whole segments went.

        A file is in its folder before the row that names it is in the stream. So files are copied after the stream was
        looked at and before it leaves: whatever moment can be brought back has its files.
        """
        spool = self.installation.spool
        names = sorted(each.name for each in spool.iterdir()) if spool.exists() else []
        whole = [each for each in names if segments.SEGMENT.match(each) or segments.HISTORY.match(each)]
        under_way = self._under_way(names)
        self.mirror.once()
        for each in whole:
            self._carry(each, (spool / each).read_bytes())
        if under_way is not None and under_way != self._told:
            self._carry(*under_way)
            self._told = under_way
        self._let_go(whole)
        return len(whole)

    def forget(self) -> None:
        """Let go what arrived, after it was carried: a new slot begins behind it."""
        self.once()
        for each in self.installation.spool.glob("*"):
            each.unlink()

    def _under_way(self, names: list[str]) -> tuple[str, bytes] | None:
        written = [each for each in names if each.endswith(segments.PARTIAL)]
        if not written:
            return None
        try:
            return written[-1], (self.installation.spool / written[-1]).read_bytes()
        except FileNotFoundError:  # it became a whole one meanwhile: the next round has it
            return None

    def _carry(self, name: str, content: bytes) -> None:
        self.installation.repository.put(kept_name(name), gzip.compress(content, 1))

    def _let_go(self, whole: list[str]) -> None:
        """What is kept is no longer needed here, nor is the beginning of a segment that is whole."""
        if not whole:
            return
        os.sync()
        for each in whole:
            self.installation.repository.remove(kept_name(each + segments.PARTIAL))
            (self.installation.spool / each).unlink()


def fetch(installation: Installation, first: str, into: Path) -> int:
    """Bring the changes of one timeline from a segment on into a folder, under PostgreSQL's names; how many segments.

    The histories of all timelines come too: whoever is brought back a second time begins one that no other has.
    """
    names = segment_names(installation)
    found = segments.from_on(names, first)
    for each in (*found, *filter(segments.HISTORY.match, names)):
        content = gzip.decompress(installation.repository.get(kept_name(each)))
        target = into / each.removesuffix(segments.PARTIAL)
        if not target.exists():
            target.write_bytes(content)
    return len(found)
