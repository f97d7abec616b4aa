"""A file sent in parts: it goes on after a break, from another process too, and is a file only when it is whole and sound."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
import time
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from PIL import Image
from starlette.requests import ClientDisconnect

from services.files import links, staging
from services.files.storage import ObjectStorage
from services.workflow.material.sweeping import sweep
from tests.files.documents import blank, saved
from tests.platform.apps import over_asgi
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.season import notice

PART = notice().material.part_bytes
LARGE = saved(Image.effect_noise((1600, 1600), 90))
PARTS = -(-len(LARGE) // PART)
WRITING = """
import asyncio, sys, time
from services.files.storage import ObjectStorage

def slowly():
    for _ in range(16):
        yield b"x" * (1 << 20)
    print("half", flush=True)
    time.sleep(60)

asyncio.run(ObjectStorage(sys.argv[1]).put(sys.argv[2], slowly()))
"""


@pytest.fixture
async def draft(office, season):
    """A draft and its owner."""
    person = await season.recommended()
    return await office.draft(person), person


def staged(storage) -> list[str]:
    """The parts that lie in the storage."""
    return sorted(path.name for path in (storage / "staging").rglob("*") if path.is_file())


async def begun(office, draft, content: bytes = LARGE, **changed: Any) -> httpx.Response:
    """Announce a picture that is sent in parts."""
    declaration, person = draft
    body = {"item": "ACHIEVEMENT", "title": "论文", "file_name": "扫描.png", "size": len(content)}
    path = f"/v1/declarations/{declaration['id']}/uploads"
    return await office.call("POST", path, person.token, json=body | changed)


async def send(http: httpx.AsyncClient, told: dict[str, Any], *numbers: int, content: bytes = LARGE) -> None:
    """PUT parts of a file to their links."""
    for part in told["parts"]:
        if part["number"] in numbers:
            piece = content[part["offset"] : part["offset"] + part["size"]]
            assert (await http.put(part["url"], content=piece)).status_code == 204


async def finish(http: httpx.AsyncClient, told: dict[str, Any], content: bytes = LARGE) -> httpx.Response:
    """Say that all parts are there."""
    return await http.put(told["whole_url"], json={"sha256": hashlib.sha256(content).hexdigest()})


@pytest.mark.clause("2.5.3")
async def test_it_goes_on_after_a_break_in_another_process(
    office, draft, storage, apps, known_neighbours, monkeypatch
):
    """What arrived stays, what was cut does not; another process tells what is left, and keeps the file once."""
    _, person = draft
    told = record(await begun(office, draft), 201)
    assert [each["size"] for each in told["parts"]][:-1] == [PART] * (PARTS - 1)
    await send(office.http, told, 1)

    async def cut():
        yield LARGE[PART : PART + 1000]
        raise ClientDisconnect

    with pytest.raises(AssertionError):  # of the transport: who went away gets no answer
        await office.http.put(told["parts"][1]["url"], content=cut())
    assert staged(storage) == ["00001"]
    assert codes(await finish(office.http, told), 409) == ["PARTS_MISSING"]
    later = time.time() + 31 * 60
    monkeypatch.setattr(links.time, "time", lambda: later)
    assert codes(await finish(office.http, told), 404) == ["LINK_INVALID"]
    late = await office.http.put(told["parts"][1]["url"], content=LARGE[PART : 2 * PART])
    assert codes(late, 404) == ["LINK_INVALID"]
    async with AsyncExitStack() as stack:
        parts = {"transports": known_neighbours.transports()}
        other = await apps.fresh("workflow", stack, {"storage_url": storage.as_uri()}, parts)
        http = await stack.enter_async_context(over_asgi(other))
        headers = {"Authorization": f"Bearer {person.token}"}
        path = f"/v1/materials/{told['id']}/uploads"
        left = record(await http.post(path, json={"size": len(LARGE)}, headers=headers))
        assert [each["number"] for each in left["parts"] if each["url"]] == list(range(2, PARTS + 1))
        await send(http, left, *range(2, PARTS + 1))
        kept = record(await finish(http, left))
    assert (kept["state"], kept["size"]) == ("STORED", len(LARGE))
    assert staged(storage) == []
    assert record(await finish(office.http, left))["id"] == told["id"]
    link = record(await office.open(kept, person.token))
    assert (await office.http.get(link["download_url"])).content == LARGE


@pytest.mark.parametrize("asked", ["found", "open"])
async def test_who_is_not_sure_to_be_heard_says_it_again(
    office, draft, storage, workflow_app, monkeypatch, asked
):
    """All parts are there, says one whom the storage lets wait, and again: the parts are gone under the first, the answer is the same."""
    told = record(await begun(office, draft), 201)
    await send(office.http, told, *range(1, PARTS + 1))
    waits, goes_on = asyncio.Event(), asyncio.Event()
    answering = getattr(workflow_app.state.storage, asked)

    async def slow(key: str) -> Any:
        if not waits.is_set():
            waits.set()
            await goes_on.wait()
        return await answering(key)

    monkeypatch.setattr(workflow_app.state.storage, asked, slow)
    first = asyncio.create_task(finish(office.http, told))
    await waits.wait()
    second = await finish(office.http, told)
    goes_on.set()
    assert record(await first) == record(second)
    assert record(second)["state"] == "STORED"
    assert staged(storage) == []


@pytest.mark.clause("2.5.3")
async def test_what_is_not_the_file_meant_is_not_kept(office, draft, storage, monkeypatch):
    """Too many bytes, too few, another digest, a page with nothing on it: refused by name, and the parts are gone."""
    limit = notice().material.limits.file_bytes
    assert codes(await begun(office, draft, size=limit + 1), 413) == ["FILE_TOO_LARGE"]
    told = record(await begun(office, draft), 201)
    part = told["parts"][-1]
    piece = LARGE[part["offset"] :]
    assert codes(await office.http.put(part["url"], content=piece + b"x"), 413) == ["FILE_TOO_LARGE"]
    assert codes(await office.http.put(part["url"], content=piece[:-1])) == ["PART_CUT"]
    bent = told["whole_url"].replace("whole-uploads", "upload-parts")
    assert codes(await office.http.put(bent, content=piece), 404) == ["LINK_INVALID"]
    assert staged(storage) == []
    await send(office.http, told, *range(1, PARTS + 1))
    assert codes(await finish(office.http, told, b"another")) == ["DIGEST_WRONG"]
    assert staged(storage) == []
    empty = saved(blank())
    told = record(await begun(office, draft, empty), 201)
    await send(office.http, told, *range(1, len(told["parts"]) + 1), content=empty)
    refused = await finish(office.http, told, empty)
    assert (codes(refused), refused.json()["basis"][0]["cite"]) == (["FILE_BLANK"], "二（五）3")
    assert staged(storage) == []


async def test_nobody_waits_for_a_storage_that_is_slow(office, draft, workflow_app, monkeypatch):
    """To begin asks it nothing; while it is asked what is there, the declaration is written to by another."""
    declaration, person = draft
    asked = []

    async def slow(folder: str) -> list[object]:
        asked.append(folder)
        async with asyncio.timeout(5):
            record(await office.save(declaration, person.token, "responsibility", {"confirmed": True}))
        return []

    monkeypatch.setattr(workflow_app.state.storage, "found", slow)
    told = record(await begun(office, draft), 201)
    assert asked == []
    path = f"/v1/materials/{told['id']}/uploads"
    left = record(await office.call("POST", path, person.token, json={"size": len(LARGE)}))
    assert len(asked) == 1
    assert all(each["url"] for each in left["parts"])


async def test_whoever_has_no_link_fills_no_memory(office, workflow_app):
    """To say that all parts are there takes few bytes: more are refused before they are read."""
    long = b" " * (workflow_app.state.settings.max_body_bytes + 1)
    headers = {"content-type": "application/json"}
    answer = await office.http.put("/v1/whole-uploads/guessed", content=long, headers=headers)
    assert codes(answer, 413) == ["BODY_TOO_LARGE"]


@pytest.mark.clause("2.5.3")
async def test_what_was_never_finished_is_swept(office, draft, storage, workflow_app):
    """After two days; younger parts and what is kept stay."""
    told = record(await begun(office, draft), 201)
    await send(office.http, told, 1, 2)
    kept = storage / "qinghai" / "aa" / "kept"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(b"x")
    first = next((storage / "staging").rglob("00001"))
    for each in (first, kept):
        os.utime(each, (time.time() - staging.KEPT.total_seconds() - 60,) * 2)
    await sweep(workflow_app.state.db, workflow_app.state.storage)
    assert staged(storage) == ["00002"]
    assert kept.exists()


async def test_who_is_killed_while_writing_leaves_no_part(tmp_path):
    """Half a part is no part: it is to be sent again, and then it is there."""
    plan = staging.Plan(staging.folder_of("qinghai", "m"), 32 << 20, 32 << 20)
    writer = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WRITING, tmp_path.as_uri(), plan.key(1)), stdout=asyncio.subprocess.PIPE
    )
    assert writer.stdout is not None
    assert await writer.stdout.readline() == b"half\n"
    writer.send_signal(signal.SIGKILL)
    await writer.wait()
    storage = ObjectStorage(tmp_path.as_uri())
    assert await staging.missing(storage, plan) == [1]
    (tmp_path / "whole").write_bytes(b"x" * plan.size)
    with (tmp_path / "whole").open("rb") as whole:
        await storage.put(plan.key(1), whole)
    assert await staging.missing(storage, plan) == []
