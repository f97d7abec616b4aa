"""Where files lie: a local folder or an S3-compatible store, each file under a key made of its content.

A file is written before the row that names it. A row therefore never lacks its file; a file without a row (the
transaction failed after it) is harmless; whoever keeps files says so before, and sweeps what is left over.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, Protocol

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store, from_url

from services.kit.errors import Unavailable

if TYPE_CHECKING:
    from obstore import GetResult  # a name for checkers only

SCHEME_OF_FOLDERS = "file://"


@dataclass(frozen=True, slots=True)
class Found:
    """Something that lies in the storage."""

    key: str
    size: int
    arrived_at: datetime


class Storage(Protocol):
    """Files by key. Whatever fails is told as `Unavailable`: nothing was kept, a retry may succeed."""

    async def put(self, key: str, file: BinaryIO) -> None:
        """Keep a file; the same key means the same content."""
        ...

    async def open(self, key: str) -> AsyncIterator[bytes]:
        """The file, piece by piece; it is there before the first piece is asked for."""
        ...

    async def remove(self, key: str) -> None:
        """Let a file go; one that is not there is gone already."""
        ...

    async def found(self, folder: str) -> list[Found]:
        """What lies below a folder."""
        ...

    async def link_to(self, key: str, seconds: int) -> str | None:
        """Where anybody may PUT a file for so long, past this process; None where the storage gives no such links."""
        ...


class ObjectStorage:
    """Any store that obstore knows by URL."""

    def __init__(self, url: str) -> None:
        self._store = from_url(url, mkdir=True) if url.startswith(SCHEME_OF_FOLDERS) else from_url(url)

    async def put(self, key: str, file: BinaryIO) -> None:
        """Keep a file; the same key means the same content."""
        try:
            await obstore.put_async(self._store, key, file)
        except (BaseError, OSError) as error:
            raise Unavailable(part="storage") from error

    async def open(self, key: str) -> AsyncIterator[bytes]:
        """The file, piece by piece; it is there before the first piece is asked for."""
        try:
            found = await obstore.get_async(self._store, key)
        except (BaseError, OSError) as error:
            raise Unavailable(part="storage") from error
        return _pieces(found)

    async def remove(self, key: str) -> None:
        """Let a file go; one that is not there is gone already."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise Unavailable(part="storage") from error

    async def found(self, folder: str) -> list[Found]:
        """What lies below a folder."""
        listed = obstore.list(self._store, folder)
        try:
            return [
                Found(each["path"], each["size"], each["last_modified"])
                async for some in listed
                for each in some
            ]
        except (BaseError, OSError) as error:
            raise Unavailable(part="storage") from error

    async def link_to(self, key: str, seconds: int) -> str | None:
        """Where anybody may PUT a file for so long, past this process; None where the storage gives no such links."""
        if not isinstance(self._store, S3Store):
            return None
        try:
            link: str = await obstore.sign_async(self._store, "PUT", key, timedelta(seconds=seconds))
        except (BaseError, OSError) as error:
            raise Unavailable(part="storage") from error
        return link


async def _pieces(found: "GetResult") -> AsyncIterator[bytes]:
    async for piece in found.stream():
        yield bytes(piece)


def key_of(province: str, sha256: bytes) -> str:
    """The key of a content."""
    told = sha256.hex()
    return f"{province}/{told[:2]}/{told}"
