"""What was written and never got into force is swept; what a material names, or is about to, stays."""

from __future__ import annotations

import asyncio
import hashlib

import pytest
from sqlalchemy import text

from services.kit.errors import Unavailable
from services.workflow.material.sweeping import sweep
from tests.files.documents import image
from tests.services.workflow.applicants import codes, record

CONTENTS = [image(size=(300, 300 + n)) for n in range(8)]


@pytest.fixture
async def draft(office, season):
    """A draft and its owner."""
    person = await season.recommended()
    return await office.draft(person), person


def kept(storage) -> set[str]:
    """The digests of the files that lie in the storage."""
    return {path.name for path in storage.rglob("*") if path.is_file()}


def digest(content: bytes) -> str:
    """As a content is named in the storage."""
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def swept(workflow_app):
    """Sweep, and tell how many."""

    async def once() -> int:
        return await sweep(workflow_app.state.db, workflow_app.state.storage)

    return once


@pytest.fixture
def forsake(session):
    """Let the time be over for everything that is under way; how many that is."""

    async def once() -> int:
        async with session("workflow") as tx:
            over = "update file_under_way set sweep_after = now() - interval '1 second' returning id"
            return len((await tx.execute(text(over))).all())

    return once


async def lost(office, draft, workflow_app, monkeypatch, content: bytes):
    """A material whose file is written, but never named: the service stops in between."""
    declaration, person = draft
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT", "照片.png"), 201)
    put = workflow_app.state.storage.put

    async def then_fails(key, file):
        await put(key, file)
        raise Unavailable(part="storage")

    with monkeypatch.context() as broken:
        broken.setattr(workflow_app.state.storage, "put", then_fails)
        assert codes(await office.send(announced, content), 503) == ["PART_UNAVAILABLE"]
    return announced


async def test_what_never_got_into_force_is_swept(
    office, draft, storage, workflow_app, monkeypatch, swept, forsake
):
    """Not before its time; the same link still works afterwards, and what then is in force stays."""
    content = CONTENTS[0]
    announced = await lost(office, draft, workflow_app, monkeypatch, content)
    assert await swept() == 0
    assert digest(content) in kept(storage)
    assert await forsake() == 1
    assert await swept() == 1
    assert digest(content) not in kept(storage)
    stored = record(await office.send(announced, content))
    assert (await forsake(), await swept()) == (0, 0)
    link = record(await office.open(stored, draft[1].token))
    assert (await office.http.get(link["download_url"])).content == content


async def test_content_that_another_has_stays(
    office, draft, storage, workflow_app, monkeypatch, swept, forsake
):
    """A material in force, or another file under way in time, keeps the content of a forsaken one."""
    content = CONTENTS[1]
    await lost(office, draft, workflow_app, monkeypatch, content)
    await forsake()
    again = await lost(office, draft, workflow_app, monkeypatch, content)
    assert await swept() == 1
    assert digest(content) in kept(storage)
    await forsake()
    record(await office.send(again, content))
    assert await swept() == 1
    assert digest(content) in kept(storage)


async def test_a_refused_file_leaves_no_row(office, draft, forsake):
    """Nothing is under way before it was looked into."""
    declaration, person = draft
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT", "照片.png"), 201)
    assert codes(await office.send(announced, b"x")) == ["FILE_MISTYPED"]
    assert await forsake() == 0


async def test_a_file_that_was_swept_on_its_way_is_not_named(
    office, draft, storage, workflow_app, monkeypatch, swept, forsake
):
    """Whoever took longer than a file may is told to come again; no material names what is not there."""
    declaration, person = draft
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT", "照片.png"), 201)
    put = workflow_app.state.storage.put

    async def for_ever(key, file):
        await put(key, file)
        await forsake()
        await swept()

    with monkeypatch.context() as slow:
        slow.setattr(workflow_app.state.storage, "put", for_ever)
        assert codes(await office.send(announced, CONTENTS[2]), 503) == ["PART_UNAVAILABLE"]
    assert digest(CONTENTS[2]) not in kept(storage)
    told = await office.call("GET", f"/v1/materials/{announced['id']}", person.token)
    assert told.json()["state"] == "AWAITING_FILE"
    record(await office.send(announced, CONTENTS[2]))


async def test_many_send_the_same_while_many_sweep(
    office, draft, storage, workflow_app, monkeypatch, swept, forsake
):
    """Whatever the order, every material that is in force has its file."""
    declaration, person = draft
    content = CONTENTS[3]
    await lost(office, draft, workflow_app, monkeypatch, content)
    await forsake()
    items = [
        record(await office.announce(person, declaration, "ACHIEVEMENT", "照片.png"), 201) for _ in range(16)
    ]
    sending = [office.send(each, content) for each in items]
    answers = await asyncio.gather(*sending, *(swept() for _ in range(16)))
    assert [each.status_code for each in answers[:16]] == [200] * 16
    assert sum(answers[16:]) == 1
    assert digest(content) in kept(storage)
    for each in items:
        link = record(await office.open(each, person.token))
        assert (await office.http.get(link["download_url"])).content == content
