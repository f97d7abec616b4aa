"""Files in S3, proven against a real server: as in a folder, and signed."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import obstore
import pytest
from obstore.store import from_url

from services.files.storage import ObjectStorage, key_of
from services.kit.errors import Unavailable
from tests.files import s3

LARGE = os.urandom(12 << 20)
"""More than S3 takes in one part."""


@pytest.fixture(scope="module")
async def port(tmp_path_factory) -> AsyncIterator[int]:
    """Where the server listens."""
    async with s3.serving(tmp_path_factory.mktemp("s3")) as port:
        yield port


@pytest.fixture
def storage(port, monkeypatch) -> ObjectStorage:
    """What a process has that is configured for it."""
    for name, value in s3.variables(port).items():
        monkeypatch.setenv(name, value)
    return ObjectStorage(s3.URL)


@pytest.mark.parametrize("content", [b"", b"content", LARGE], ids=["empty", "small", "large"])
async def test_a_file_is_kept_under_its_content_until_it_is_let_go(storage, content):
    """It comes back as it was, written once or twice; let go it is not there, and letting go again is no fault."""
    key = key_of("qinghai", hashlib.sha256(content).digest())
    for _ in range(2):
        await storage.put(key, io.BytesIO(content))
    assert b"".join([piece async for piece in await storage.open(key)]) == content
    for _ in range(2):
        await storage.remove(key)
    with pytest.raises(Unavailable):
        await storage.open(key)


@pytest.mark.parametrize("secret", ["another-secret", s3.SECRET + "x"])
async def test_a_wrong_signature_keeps_opens_and_removes_nothing(storage, port, monkeypatch, secret):
    """The server checks; what lies there stays as it was."""
    await storage.put("qinghai/aa/mine", io.BytesIO(b"mine"))
    for name, value in s3.variables(port, secret).items():
        monkeypatch.setenv(name, value)
    stranger = ObjectStorage(s3.URL)
    with pytest.raises(Unavailable):
        await stranger.put("qinghai/aa/mine", io.BytesIO(b"other"))
    with pytest.raises(Unavailable):
        await stranger.open("qinghai/aa/mine")
    with pytest.raises(Unavailable):
        await stranger.remove("qinghai/aa/mine")
    assert b"".join([piece async for piece in await storage.open("qinghai/aa/mine")]) == b"mine"


async def test_an_altered_signature_is_refused(storage):
    """The same request passes as it was signed, and with one character changed does not."""
    await storage.put("qinghai/aa/signed", io.BytesIO(b"signed"))
    address = await obstore.sign_async(from_url(s3.URL), "GET", "qinghai/aa/signed", timedelta(minutes=1))
    before, mark, signature = address.partition("X-Amz-Signature=")
    altered = before + mark + ("1" if signature[0] == "0" else "0") + signature[1:]
    other = address.replace("signed?", "mine?")
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(address)).content == b"signed"
        for wrong in (altered, other, address.partition("?")[0]):
            assert (await http.get(wrong)).status_code == httpx.codes.FORBIDDEN
