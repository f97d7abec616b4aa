"""Takes in a file: counted while it streams, then looked into. No transaction need be open meanwhile."""

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
from services.kit.errors import Basis

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


def looking() -> asyncio.Semaphore:
    """What lets only so many be looked into at once; one for a process."""
    return asyncio.Semaphore(LOOKS_AT_ONCE)


async def media_type_of(
    file: BinaryIO, file_name: str, rules: FileRules, basis: Basis, turn: asyncio.Semaphore
) -> str:
    """The media type of a file that can be kept; it waits for its turn, and is not looked into longer than it is worth.

    Raises:
        FileTypeNotTaken, FileEmpty, FileMistyped, FilePolyglot, FileEncrypted, FileUnreadable, Classified: it cannot.
    """
    async with turn:
        look = asyncio.to_thread(inspect, file, file_name, rules, basis)
        try:
            return await asyncio.wait_for(look, LOOK_SECONDS)
        except TimeoutError as error:
            raise FileUnreadable(reason_zh="内容过于复杂", reason="too complex", field="file") from error
