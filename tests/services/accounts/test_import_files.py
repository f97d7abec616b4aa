"""Files of imports that are not taken: each with a clear refusal, and another may be sent to the same import."""

from __future__ import annotations

import asyncio
import io
import zipfile
import zlib

import pytest
from sqlalchemy import text

from services.admission.turns import Turns
from services.spreadsheet import reading
from tests.platform.crowds import Slow
from tests.services.accounts.importing import ORGANISATION, Importing, as_csv, employer, xlsx
from tests.services.accounts.world import refused

pytestmark = pytest.mark.usefixtures("imports_at_work")

HEADER = list(ORGANISATION)
RIGHT = xlsx(HEADER, [employer("甲医院", "")])


@pytest.fixture
async def importing(world) -> Importing:
    """Imports from the province."""
    return Importing(world, world.root)


def changed(content: bytes, name: str, change) -> bytes:
    """The workbook with one of its parts changed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            part = old.read(entry)
            new.writestr(entry.filename, change(part) if entry.filename == name else part)
    return stream.getvalue()


def bomb() -> bytes:
    """A workbook that unpacks to a gigabyte: one packed piece, good wherever it stands, many times over."""
    packing, piece, times = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS), 1 << 24, 64
    packed = packing.compress(b" " * piece) + packing.flush(zlib.Z_FULL_FLUSH)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as workbook:
        workbook.writestr("xl/workbook.xml", b"<workbook/>")
        workbook.writestr("xl/media/image1.png", packed * times + packing.flush())
        held = workbook.getinfo("xl/media/image1.png")
        held.compress_type, held.file_size = zipfile.ZIP_DEFLATED, piece * times
        stream.seek(held.header_offset)
        stream.write(held.FileHeader(zip64=False))
        stream.seek(workbook.start_dir)
    return stream.getvalue()


def locked() -> bytes:
    """The beginning of a workbook with a password: a compound file with an encrypted package."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le")


FILES = {
    "nothing": (b"", "FILE_EMPTY"),
    "header only": (xlsx(HEADER, []), "FILE_EMPTY"),
    "no header": (xlsx([], []), "FILE_EMPTY"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "FILE_TYPE_NOT_TAKEN"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "FILE_TYPE_NOT_TAKEN"),
    "another archive": (b"PK\x03\x04 and nothing else", "FILE_UNREADABLE"),
    "locked": (locked(), "FILE_ENCRYPTED"),
    "cut": (RIGHT[: len(RIGHT) // 2], "FILE_UNREADABLE"),
    "broken inside": (changed(RIGHT, "xl/worksheets/sheet1.xml", lambda part: part[:200]), "FILE_UNREADABLE"),
    "a formula": (xlsx(HEADER, [employer("甲", "")], formula="=1+1"), "FILE_HAS_FORMULA"),
    "far right": (xlsx(HEADER, [employer("甲", "")], far=(1, 16383)), "TOO_MANY_COLUMNS"),
    "far down": (xlsx(HEADER, [employer("甲", "")], far=(1048575, 0)), "TOO_MANY_ROWS"),
    "a column missing": (xlsx(HEADER[1:], [employer("甲", "")]), "COLUMN_MISSING"),
    "a column twice": (xlsx([*HEADER, "机构名称"], [employer("甲", "")]), "COLUMN_REPEATED"),
    "a column by two names": (xlsx([*HEADER, "名称"], [employer("甲", "")]), "COLUMN_REPEATED"),
    "an unknown column": (xlsx([*HEADER, "颜色"], [employer("甲", "")]), "COLUMN_UNKNOWN"),
    "a cell beyond the header": (xlsx(HEADER, [employer("甲", "")], far=(1, 12)), "COLUMN_UNKNOWN"),
    "csv with a formula": (as_csv(HEADER, [employer("=cmd|' /C calc'!A0", "")]), "FILE_HAS_FORMULA"),
    "csv with no text": (b"\xff\xfe\xff\xff" * 40, "FILE_TYPE_NOT_TAKEN"),
    "a bomb": (bomb, "FILE_UNREADABLE"),
}


@pytest.mark.parametrize("name", FILES)
async def test_a_file_that_is_not_taken_changes_nothing(importing, session, name):
    """It is refused by its own code, no row is kept, and the right file can be sent after it."""
    content, code = FILES[name]
    begun = await importing.begin()
    answer = await importing.send(content() if callable(content) else content, begun)
    refused(answer, 422, code)
    async with session("accounts") as tx:
        assert await tx.scalar(text("select count(*) from intake_row")) == 0
    assert (await importing.read(begun["record"]["id"]))["state"] == "RECEIVING"
    assert (await importing.send(RIGHT, begun)).status_code == 200


async def test_a_file_larger_than_the_limit_is_cut_off(importing):
    """So many bytes are taken and no more."""
    begun = await importing.begin()

    async def pieces():
        for _ in range(begun["limit_bytes"] // (1 << 20) + 1):
            yield b"x" * (1 << 20)

    answer = await importing.world.http.put(begun["upload_url"], content=pieces())
    refused(answer, 413, "FILE_TOO_LARGE")


async def test_the_file_is_sent_once(importing):
    """What was received is not replaced; a link of yesterday sends nothing."""
    begun = await importing.begin()
    assert (await importing.send(RIGHT, begun)).status_code == 200
    refused(await importing.send(RIGHT, begun), 409, "ACTION_NOT_AVAILABLE")
    refused(await importing.world.http.put("/v1/import-files/abc", content=RIGHT), 404, "LINK_INVALID")


async def test_files_are_read_in_turn(importing, monkeypatch):
    """One is read, one waits: whoever sends a third hears so, nothing is kept of it, and it is taken later."""
    slow, reads = Slow(), reading.rows

    async def hanging(*told):
        await slow.wait()
        async for row in reads(*told):
            yield row

    monkeypatch.setattr(reading, "TURNS", Turns(1, 1, part="imports"))
    monkeypatch.setattr(reading, "rows", hanging)
    begun = [await importing.begin() for _ in range(3)]
    sent = [asyncio.ensure_future(importing.send(RIGHT, each)) for each in begun]
    await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED, timeout=10)
    slow.ends.set()
    answers = await asyncio.gather(*sent)
    assert sorted(each.status_code for each in answers) == [200, 200, 503]
    [busy] = [at for at, each in enumerate(answers) if each.status_code == 503]
    refused(answers[busy], 503, "TOO_BUSY")
    assert answers[busy].headers["retry-after"] in {"1", "2", "3"}
    assert (await importing.read(begun[busy]["record"]["id"]))["state"] == "RECEIVING"
    assert (await importing.send(RIGHT, begun[busy])).status_code == 200


async def test_odd_cells_are_no_fault(importing):
    """Control characters, very long cells, numbers spoilt by the spreadsheet, booleans: rows are refused, not the service."""
    rows = [
        employer("甲\x0b\x1f医院", ""),
        employer("乙医院" * 4000, ""),
        employer("丙医院", "", 统一社会信用代码=126300004356789012.0),
        employer("丁医院", "", 机构类型=True),
        employer("戊医院", "", 行政区划=630000),
    ]
    told = await importing.checked([], as_csv(HEADER, rows[:2]))
    assert await importing.codes(told["id"]) == {3: ["INVALID_FIELD"]}
    told = await importing.checked(rows[2:])
    codes = await importing.codes(told["id"])
    assert codes[2] == ["INVALID_FIELD"]
    assert codes[3] == ["VALUE_NOT_OFFERED"]


async def test_cells_are_sealed_at_rest(importing, session):
    """What rows hold cannot be read in the database, and is gone when the import is cancelled."""
    told = await importing.checked([employer("甲医院", "", 管理员姓名="秘密姓名")])
    async with session("accounts") as tx:
        [cells] = await tx.scalars(text("select cells from intake_row"))
        assert "秘密姓名".encode() not in cells
    await importing.act(told["id"], "CANCEL")
    async with session("accounts") as tx:
        assert await tx.scalar(text("select count(*) from intake_row")) == 0
