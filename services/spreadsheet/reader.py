"""`python -m services.spreadsheet.reader`: reads a spreadsheet from standard input, tells its rows as lines of JSON.

It is a process of its own. A file comes from outside, and may be made to exhaust or break whoever unpacks it: here only
this process is lost, with the memory and the time it was allowed. And while 100,000 rows are read, the service goes on
answering. It knows nothing of any rules; it imports nothing of the services.

The first line is the header, `[row, [cells]]`, then the rows; or `{"error": code, ...}` and nothing after it.
"""

import csv
import io
import os
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

import orjson
from python_calamine import CalamineError, CalamineWorkbook

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
LOCKED = "EncryptedPackage".encode("utf-16-le")
WORKBOOK, MACROS, SHEETS = "xl/workbook.xml", "xl/vbaProject.bin", "xl/worksheets/"
PIECE, OVERLAP = 1 << 20, 256
CELL = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,3}\d+)[\"']")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
CONTROLS = dict.fromkeys((*range(32), 127), " ")
BROKEN = (
    *(CalamineError, zipfile.BadZipFile, zlib.error, csv.Error),
    *(NotImplementedError, EOFError, OSError, MemoryError, ValueError),
)
MOST_DIGITS = 15
"""A spreadsheet's number keeps no more; what is longer was spoilt when it was typed."""


class Unfit(Exception):
    """The file cannot be taken; `told` says why."""

    def __init__(self, error: str, **told: Any) -> None:
        self.told = {"error": error, **told}
        super().__init__(error)


class Bounds:
    """How much may be read."""

    def __init__(self, told: dict[str, int]) -> None:
        self.unpacked, self.rows, self.columns = told["unpacked_bytes"], told["rows"], told["columns"]
        self.characters = told["cell_characters"]

    @property
    def far(self) -> re.Pattern[bytes]:
        """Cells and rows that may lie too far away; where numbers end, a closer look is taken."""
        digits = len(str(self.rows + 1))
        return re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{2,}\d+|[A-Za-z]?\d{%d,})[\"']" % digits)


def rows_of(file: BinaryIO, bounds: Bounds) -> Iterator[tuple[int, list[Any]]]:
    """Every row that is not blank, with its number in the file.

    Raises:
        Unfit: it is no spreadsheet, or one that is not taken.
    """
    start = file.read(8192)
    file.seek(0)
    if start.startswith(ZIP):
        yield from _workbook(file, bounds)
    elif start.startswith(COMPOUND):
        raise Unfit("FILE_ENCRYPTED" if LOCKED in file.read() else "FILE_TYPE_NOT_TAKEN")
    else:
        yield from _text(file)


def _workbook(file: BinaryIO, bounds: Bounds) -> Iterator[tuple[int, list[Any]]]:
    _inspect(file, bounds)
    file.seek(0)
    book = CalamineWorkbook.from_filelike(file)
    sheet = book.get_sheet_by_index(0)
    if sheet.start is None:
        return
    yield from enumerate(sheet.iter_rows(), start=1)


def _inspect(file: BinaryIO, bounds: Bounds) -> None:
    """Unpack everything once, piece by piece: how much there is, how far cells lie, whether one is a formula."""
    with zipfile.ZipFile(file) as packed:
        entries = packed.infolist()
        names = {entry.filename for entry in entries}
        if WORKBOOK not in names or MACROS in names:
            raise Unfit("FILE_TYPE_NOT_TAKEN")
        left = bounds.unpacked
        for entry in entries:
            if entry.flag_bits & 1:
                raise Unfit("FILE_ENCRYPTED")
            with packed.open(entry) as unpacked:
                left -= _walk(unpacked, left, bounds if entry.filename.startswith(SHEETS) else None)


def _walk(unpacked: Any, limit: int, bounds: Bounds | None) -> int:
    """How many bytes an entry has; a sheet's are looked into."""
    size, tail = 0, b""
    while piece := unpacked.read(PIECE):
        size += len(piece)
        if size > limit:
            raise Unfit("FILE_UNREADABLE")
        if bounds is not None:
            if size == len(piece) and b"\0" in piece[:64]:
                raise Unfit("FILE_UNREADABLE")
            _look(tail + piece, bounds)
            tail = piece[-OVERLAP:]
    return size


def _look(piece: bytes, bounds: Bounds) -> None:
    if found := FORMULA.search(piece):
        before = CELL.findall(piece, 0, found.start())
        raise Unfit("FILE_HAS_FORMULA", cell=before[-1].decode() if before else "-")
    for far in bounds.far.finditer(piece):
        letters = far[1].rstrip(b"0123456789")
        if len(letters) > 1:
            raise Unfit("TOO_MANY_COLUMNS", limit=bounds.columns)
        if int(far[1][len(letters) :]) > bounds.rows + 1:
            raise Unfit("TOO_MANY_ROWS", limit=bounds.rows)


def _text(file: BinaryIO) -> Iterator[tuple[int, list[Any]]]:
    """A CSV text, in UTF-8 or, where it is none, in GB18030."""
    raw = file.read()
    if b"\0" in raw:
        raise Unfit("FILE_TYPE_NOT_TAKEN")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            raise Unfit("FILE_TYPE_NOT_TAKEN") from None
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
        formulas = [at for at, cell in enumerate(cells) if cell.startswith("=")]
        if formulas:
            raise Unfit("FILE_HAS_FORMULA", cell=f"{chr(ord('A') + min(formulas[0], 25))}{number}")
        yield number, list(cells)


def plain(cell: Any, characters: int) -> str:
    """A cell as text: numbers without a decimal point that nobody typed, blanks around it taken off, cut when absurd."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < 10**MOST_DIGITS
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, date | datetime | time):
        return cell.isoformat()
    return str(cell)[: characters + 1].translate(CONTROLS).strip()


def told(rows: Iterable[tuple[int, list[Any]]], bounds: Bounds) -> Iterator[tuple[int, list[str]]]:
    """The rows as text, without blank ones and without blank cells at their ends."""
    taken = -1
    for number, cells in rows:
        texts = [plain(cell, bounds.characters) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        taken += 1
        if taken > bounds.rows:
            raise Unfit("TOO_MANY_ROWS", limit=bounds.rows)
        if len(texts) > bounds.columns:
            raise Unfit("TOO_MANY_COLUMNS", limit=bounds.columns)
        yield number, texts


def main() -> int:
    """Read standard input, write lines; the limits are the one argument, in JSON."""
    limits = orjson.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limits["reading_memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (limits["reading_seconds"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    bounds, out = Bounds(limits), sys.stdout.buffer
    try:
        with os.fdopen(0, "rb", closefd=False) as file:
            for row in told(rows_of(file, bounds), bounds):
                out.write(orjson.dumps(row) + b"\n")
    except Unfit as unfit:
        out.write(orjson.dumps(unfit.told) + b"\n")
    except BROKEN:
        out.write(b'{"error": "FILE_UNREADABLE"}\n')
    return 0


if __name__ == "__main__":
    sys.exit(main())
