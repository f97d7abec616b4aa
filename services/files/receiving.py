"""Takes in a file: counted while it streams, scanned for malware, then looked into. No transaction need be open meanwhile."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from services.files.errors import FileTooLarge, FileUnreadable
from services.files.inspection import inspect
from services.files.policy import FileRules
from services.files.scanning import Scanner
from services.kit.errors import Basis, Refusal

IN_MEMORY = 1 << 20
"""Up to this many bytes a file under way stays in memory."""

LOOKS_AT_ONCE = 2
"""How many files a process looks into at the same time: a large picture takes a few hundred megabytes."""

LOOK_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that came in whole."""

    file: BinaryIO
    size: int
    sha256: bytes


@asynccontextmanager
async def arrived(pieces: AsyncIterator[bytes], limit: int) -> AsyncIterator[Arrived]:
    """The file that the pieces make, until the block ends.

    Raises:
        FileTooLarge: it was cut off at the limit.
    """
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spooled:
        file, size, digest = cast(BinaryIO, spooled), 0, hashlib.sha256()
        async for piece in pieces:
            size += len(piece)
            if size > limit:
                raise FileTooLarge(limit=limit, field="file")
            digest.update(piece)
            file.write(piece)
        file.seek(0)
        yield Arrived(file, size, digest.digest())


@dataclass(frozen=True, slots=True)
class Looking:
    """What looks into files; one for a process. `turn` lets only so many be looked into at once."""

    turn: asyncio.Semaphore
    scanner: Scanner | None


def looking(clamav: str = "") -> Looking:
    """What looks into files, and where ClamAV listens, has them scanned first."""
    return Looking(asyncio.Semaphore(LOOKS_AT_ONCE), Scanner(clamav) if clamav else None)


@dataclass(frozen=True, slots=True)
class Grounds:
    """On which articles files are refused: those that nobody could read, and those that are classified."""

    clear: Basis
    classified: Basis


async def media_type_of(
    file: BinaryIO, file_name: str, rules: FileRules, grounds: Grounds, looking: Looking
) -> str:
    """The media type of a file that can be kept; it waits for its turn, and is not looked into longer than it is worth.

    Raises:
        FileTypeNotTaken, FileEmpty, FileMistyped, FilePolyglot, FileEncrypted, FileUnreadable, FileBlank, FileBlurred,
        MalwareFound, Classified: it cannot.
        Unavailable: the scanner does not answer.
    """
    if looking.scanner is not None:
        await looking.scanner.scan(file)
    async with looking.turn:
        look = asyncio.to_thread(inspect, file, file_name, rules, grounds.classified)
        try:
            return await asyncio.wait_for(look, LOOK_SECONDS)
        except TimeoutError as error:
            told, reason, basis = "内容过于复杂", "too complex", [grounds.clear]
            raise FileUnreadable(reason_zh=told, reason=reason, field="file", basis=basis) from error
        except Refusal as refusal:
            refusal.basis = refusal.basis or (grounds.clear,)
            raise
