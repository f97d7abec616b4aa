"""Keeping files by their content, and letting go of what nobody names."""

from __future__ import annotations

import hashlib
import io

import pytest

from services.files.storage import ObjectStorage, key_of
from services.kit.errors import Unavailable


@pytest.fixture
def storage(tmp_path) -> ObjectStorage:
    """An empty folder."""
    return ObjectStorage((tmp_path / "files").as_uri())


async def test_a_file_is_kept_under_its_content_until_it_is_let_go(storage):
    """It comes back as it was; let go it is not there, and letting go again is no fault."""
    key = key_of("qinghai", hashlib.sha256(b"content").digest())
    assert (
        key
        == f"qinghai/{hashlib.sha256(b'content').hexdigest()[:2]}/{hashlib.sha256(b'content').hexdigest()}"
    )
    for _ in range(2):
        await storage.put(key, io.BytesIO(b"content"))
    assert b"".join([piece async for piece in await storage.open(key)]) == b"content"
    for _ in range(2):
        await storage.remove(key)
    with pytest.raises(Unavailable):
        await storage.open(key)
