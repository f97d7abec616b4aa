"""Hands a file out: as an attachment, so that nothing in it runs in the reader's browser."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from fastapi.responses import StreamingResponse


def attachment(
    pieces: AsyncIterator[bytes], *, file_name: str, media_type: str, size: int
) -> StreamingResponse:
    """The answer that carries a file."""
    return StreamingResponse(pieces, media_type=media_type, headers=attachment_headers(file_name, size))


def attachment_headers(file_name: str, size: int) -> dict[str, str]:
    """What says so."""
    return {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file_name, safe='')}",
        "content-length": str(size),
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, no-store",
    }
