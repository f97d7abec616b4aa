"""From a file to rows by field: a process of its own reads, its lines are told as they come."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, BinaryIO

import orjson

from services.admission.turns import Turns
from services.kit.errors import Refusal
from services.spreadsheet import errors
from services.spreadsheet.columns import Cells, fields_of
from services.spreadsheet.policy import Column, ReadingLimits

READER = "services.spreadsheet.reader"
LINE_BYTES = 1 << 20
TURNS = Turns(2, 8, part="imports")
"""A file that is read takes a process, a core and memory, and where its rows are kept as they come a connection to the
database: whoever reads one takes a turn first, before a transaction begins."""
GRACE_SECONDS = 30
"""Reading takes wall time too while rows are kept; this is beyond the processor time it may take."""
UNFIT: tuple[type[Refusal], ...] = (
    errors.FileEmpty,
    errors.FileTypeNotTaken,
    errors.FileEncrypted,
    errors.FileUnreadable,
    errors.FileHasFormula,
    errors.TooManyRows,
    errors.TooManyColumns,
)


async def rows(
    file: BinaryIO, columns: Sequence[Column], limits: ReadingLimits, sample_mark: str
) -> AsyncIterator[tuple[int, Cells]]:
    """The rows of a file by field, with their numbers; samples, whose first cell begins with the mark, left out.

    Raises:
        FileEmpty, FileTypeNotTaken, FileEncrypted, FileUnreadable, FileHasFormula, TooManyRows, TooManyColumns,
        ColumnUnknown, ColumnRepeated, ColumnMissing: the file as a whole is not taken.
    """
    fields: list[str] | None = None
    found = False
    async with _lines(file, limits) as lines:
        async for number, texts in lines:
            if fields is None:
                fields = fields_of(columns, texts)
                continue
            if len(texts) > len(fields):
                raise errors.ColumnUnknown(
                    places=str(len(fields) + 1),
                    columns="、".join(each.zh for each in columns),
                    field="file",
                )
            if not texts[0].startswith(sample_mark):
                found = True
                yield number, {field: text for field, text in zip(fields, texts, strict=False) if text}
    if not found:
        raise errors.FileEmpty(field="file")


@asynccontextmanager
async def _lines(
    file: BinaryIO, limits: ReadingLimits
) -> AsyncIterator[AsyncIterator[tuple[int, list[str]]]]:
    """What the reader tells, while it lives; it is killed when nobody listens any more."""
    reader = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", READER, limits.model_dump_json()),
        stdin=file,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=LINE_BYTES,
    )
    try:
        yield _told(reader, limits)
    finally:
        if reader.returncode is None:
            reader.kill()
        await reader.wait()


async def _told(
    reader: asyncio.subprocess.Process, limits: ReadingLimits
) -> AsyncIterator[tuple[int, list[str]]]:
    assert reader.stdout is not None
    try:
        async with asyncio.timeout(limits.reading_seconds + GRACE_SECONDS):
            async for line in reader.stdout:
                told: Any = orjson.loads(line)
                if isinstance(told, dict):
                    raise _unfit(told)
                yield told[0], told[1]
            if await reader.wait() != 0:
                raise errors.FileUnreadable(field="file")
    except (TimeoutError, ValueError) as error:
        raise errors.FileUnreadable(field="file") from error


def _unfit(told: dict[str, Any]) -> Refusal:
    code = told.pop("error")
    kind = next(each for each in UNFIT if each.code == code)
    return kind(field="file", **told)
