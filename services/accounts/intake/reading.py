"""From a file to the rows of an import: a process of its own reads, its lines become sealed rows as they come."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, BinaryIO

import orjson

from services.accounts.intake import errors
from services.accounts.intake.columns import Cells, fields_of
from services.accounts.intake.policy import IntakeRules, Limits
from services.accounts.intake.states import Kind
from services.kit.errors import Refusal

READER = "services.accounts.intake.reader"
LINE_BYTES = 1 << 20
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


async def rows(file: BinaryIO, rules: IntakeRules, kind: Kind) -> AsyncIterator[tuple[int, Cells]]:
    """The rows of a file by field, with their numbers; samples left out.

    Raises:
        FileEmpty, FileTypeNotTaken, FileEncrypted, FileUnreadable, FileHasFormula, TooManyRows, TooManyColumns,
        ColumnUnknown, ColumnRepeated, ColumnMissing: the file as a whole is not taken.
    """
    fields: list[str] | None = None
    found = False
    async with _lines(file, rules.limits) as lines:
        async for number, texts in lines:
            if fields is None:
                fields = fields_of(rules.columns[kind], texts)
                continue
            if len(texts) > len(fields):
                raise errors.ColumnUnknown(
                    places=str(len(fields) + 1),
                    columns="、".join(each.zh for each in rules.columns[kind]),
                    field="file",
                )
            if not texts[0].startswith(rules.sample_mark):
                found = True
                yield number, {field: text for field, text in zip(fields, texts, strict=False) if text}
    if not found:
        raise errors.FileEmpty(field="file")


@asynccontextmanager
async def _lines(file: BinaryIO, limits: Limits) -> AsyncIterator[AsyncIterator[tuple[int, list[str]]]]:
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


async def _told(reader: asyncio.subprocess.Process, limits: Limits) -> AsyncIterator[tuple[int, list[str]]]:
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
