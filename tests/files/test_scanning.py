"""Malware is found before anything else looks at a file; a scanner that does not answer lets nothing in."""

from __future__ import annotations

import asyncio
import io
import shutil
import socket
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from services.files import receiving, scanning
from services.files.errors import MalwareFound
from services.files.scanning import PIECE, Scanner
from services.files.settings import clamav_url
from services.kit.errors import Refusal, Unavailable
from tests.files.clamd import EVIL, NAME, Clamd
from tests.files.documents import pdf
from tests.files.test_inspection import GROUNDS, rules
from tests.platform.settings import settings_for

CLAMD = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/opt/homebrew/sbin")


@pytest.fixture
async def clamd() -> AsyncIterator[Clamd]:
    """One of our own."""
    async with Clamd.listening() as made:
        yield made


async def code_of(content: bytes, clamav: str) -> str:
    """The media type of a file sent to a process with that setting, or the code of its refusal."""
    try:
        looking = receiving.looking(clamav)
        return await receiving.media_type_of(io.BytesIO(content), "一.pdf", rules(), GROUNDS, looking)
    except Refusal as refusal:
        return refusal.code


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
async def test_every_byte_is_sent(clamd, size):
    """In pieces, whatever was read of the file before."""
    file = io.BytesIO(b"x" * size)
    file.seek(size)
    await Scanner(clamd.url).scan(file)
    assert clamd.seen == [b"x" * size]


async def test_malware_is_told_by_its_name(clamd):
    """In both languages, and the file goes no further; what is clean is looked into next."""
    with pytest.raises(MalwareFound) as refused:
        await Scanner(clamd.url).scan(io.BytesIO(pdf() + EVIL))
    assert (refused.value.code, refused.value.params, refused.value.field) == (
        "MALWARE_FOUND",
        {"found": NAME},
        "file",
    )
    assert await code_of(pdf() + EVIL, clamd.url) == "MALWARE_FOUND"
    assert await code_of(pdf(), clamd.url) == "application/pdf"
    assert await code_of(b"", clamd.url) == "FILE_EMPTY"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: OK",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Broken ERROR\0",
        b"OK\0",
        b"\xff\0",
    ],
)
async def test_an_answer_that_is_none_lets_nothing_in(clamd, answer):
    """Only the word that the file is clean does."""
    clamd.instead = answer
    assert await code_of(pdf(), clamd.url) == "PART_UNAVAILABLE"


async def test_silence_lets_nothing_in(clamd, monkeypatch):
    """Whoever does not answer in time has not looked."""
    monkeypatch.setattr(scanning, "SECONDS", 0.2)
    clamd.silent.clear()
    assert await code_of(pdf(), clamd.url) == "PART_UNAVAILABLE"
    clamd.silent.set()


async def test_nobody_there_lets_nothing_in(tmp_path):
    """No port, no socket; and where no scanner is configured none is asked."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert await code_of(pdf(), f"tcp://127.0.0.1:{taken.getsockname()[1]}") == "PART_UNAVAILABLE"
    assert await code_of(pdf(), f"unix://{tmp_path}/none") == "PART_UNAVAILABLE"
    assert await code_of(pdf(), "") == "application/pdf"


class Configured(BaseModel):
    """A process's settings."""

    clamav: str = clamav_url()


@pytest.mark.parametrize(
    "url", ["", "tcp://clamav:3310", "tcp://10.0.0.7:3310", "unix:///run/clamav/clamd.ctl"]
)
def test_where_it_listens_is_an_address(url):
    """Of a port or of a socket; empty is off, and the default."""
    assert Configured(clamav=url).clamav == url
    assert Configured().clamav == ""


@pytest.mark.parametrize(
    "url", ["on", "clamav:3310", "http://clamav:3310", "tcp://clamav", "unix://clamd.ctl"]
)
def test_a_setting_that_names_no_scanner_stops_the_start(url):
    """Rather than letting files pass unscanned."""
    with pytest.raises(ValidationError):
        Configured(clamav=url)


@pytest.mark.parametrize("service", ["accounts", "workflow"])
def test_whoever_keeps_files_has_them_scanned(service):
    """By the one setting, `CLAMAV`."""
    for url, scans in (("tcp://127.0.0.1:3310", True), ("", False)):
        settings = settings_for(lambda role: f"postgresql://{role}@127.0.0.1/none", service, clamav=url)
        app = import_module(f"services.{service}.main").create(settings)
        assert (app.state.looking.scanner is not None) is scans


@pytest.fixture
async def real(tmp_path) -> AsyncIterator[str]:
    """The daemon itself, with the signature of the tests alone."""
    if CLAMD is None:
        pytest.skip("clamd is not installed")
    (tmp_path / "titles.ndb").write_text(f"Titles.Test:0:*:{EVIL.hex()}\n", encoding="ascii")
    listens, settings = tmp_path / "clamd.ctl", tmp_path / "clamd.conf"
    settings.write_text(
        f"DatabaseDirectory {tmp_path}\nLocalSocket {listens}\nForeground yes\n", encoding="ascii"
    )
    settings.chmod(0o644)
    program = await asyncio.create_subprocess_exec(
        *(CLAMD, "--config-file", str(settings)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        while not Path(listens).is_socket() and program.returncode is None:
            await asyncio.sleep(0.05)
        yield f"unix://{listens}"
    finally:
        if program.returncode is None:
            program.terminate()
        await program.wait()


async def test_the_real_clamd_is_understood(real):
    """Clean, found, found in the middle of a large file, and nothing at all."""
    assert await code_of(pdf(), real) == "application/pdf"
    assert await code_of(pdf() + b"%" + bytes(2 * PIECE) + EVIL + bytes(PIECE), real) == "MALWARE_FOUND"
    with pytest.raises(MalwareFound) as refused:
        await Scanner(real).scan(io.BytesIO(EVIL))
    assert refused.value.params == {"found": NAME}
    await Scanner(real).scan(io.BytesIO(b""))


async def test_the_real_clamd_stopped_lets_nothing_in(real):
    """A socket that nobody listens on any more."""
    Path(real.removeprefix("unix://")).unlink()
    with pytest.raises(Unavailable):
        await Scanner(real).scan(io.BytesIO(pdf()))
