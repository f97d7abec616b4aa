"""Files: real ones are kept and come back byte by byte, others are refused with the reason and leave nothing behind."""

from __future__ import annotations

import asyncio
import hashlib
import time

import pytest
from sqlalchemy import select

from services.files import links
from services.kit.audit import audit_log
from services.kit.errors import Unavailable
from tests.files.clamd import EVIL, Clamd, asked_by
from tests.files.documents import blank, blurred, image, of_two_kinds, pages, pdf, picture, saved
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.season import notice

LIMIT = notice().material.limits.file_bytes


@pytest.fixture
async def draft(office, season):
    """A draft and its owner."""
    person = await season.recommended()
    return await office.draft(person), person


def kept(storage) -> set[str]:
    """The digests of the files that lie in the storage."""
    return {path.name for path in storage.rglob("*") if path.is_file()}


@pytest.mark.clause("2.5.3")
@pytest.mark.parametrize(
    ("file_name", "content", "media_type"),
    [
        ("论文.pdf", pdf("侵犯商业秘密罪的认定"), "application/pdf"),
        ("扫描.pdf", pages(picture(), blank()), "application/pdf"),
        ("证书.PNG", image(), "image/png"),
        ("证书.jpeg", image("JPEG"), "image/jpeg"),
    ],
)
async def test_a_real_file_comes_back_as_it_was(office, draft, storage, file_name, content, media_type):
    """PDF, PNG and JPEG are kept under their digest and served as attachments under their own name."""
    declaration, person = draft
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT", file_name), 201)
    assert announced["state"] == "AWAITING_FILE"
    stored = record(await office.send(announced, content))
    digest = hashlib.sha256(content).hexdigest()
    assert (stored["state"], stored["media_type"], stored["size"]) == ("STORED", media_type, len(content))
    assert stored["sha256"] == digest
    assert digest in kept(storage)
    link = record(await office.open(stored, person.token))
    fetched = await office.http.get(link["download_url"])
    assert (fetched.content, fetched.headers["content-type"]) == (content, media_type)
    assert fetched.headers["content-disposition"].startswith("attachment;")
    assert fetched.headers["x-content-type-options"] == "nosniff"
    assert fetched.headers["content-security-policy"] == "default-src 'none'; sandbox"


@pytest.mark.clause("2.5.3")
@pytest.mark.parametrize(
    ("file_name", "content", "code"),
    [
        ("空.pdf", b"", "FILE_EMPTY"),
        ("空白.pdf", b" \n\t ", "FILE_EMPTY"),
        ("假.pdf", image(), "FILE_MISTYPED"),
        ("假.png", pdf(), "FILE_MISTYPED"),
        ("假.jpg", image("PNG"), "FILE_MISTYPED"),
        ("文本.pdf", "只是一段文字".encode(), "FILE_MISTYPED"),
        ("程序.pdf", b"MZ" + bytes(200), "FILE_MISTYPED"),
        ("加密.pdf", pdf(password="secret"), "FILE_ENCRYPTED"),
        ("截断.pdf", pdf(pages=3)[:200], "FILE_UNREADABLE"),
        ("头.pdf", b"%PDF-1.7\n" + bytes(500), "FILE_UNREADABLE"),
        ("截断.png", image()[:1200], "FILE_UNREADABLE"),
        ("翻位.png", image()[:600] + b"\xff" * 40 + image()[640:], "FILE_UNREADABLE"),
        ("太小.png", image(size=(40, 40)), "FILE_UNREADABLE"),
        ("小扫描.pdf", pages(picture((150, 200))), "FILE_UNREADABLE"),
        ("空白页.pdf", pages(blank(), blank()), "FILE_BLANK"),
        ("空白.png", saved(blank()), "FILE_BLANK"),
        ("模糊.jpg", saved(blurred(), "JPEG"), "FILE_BLURRED"),
        ("模糊.pdf", pages(blurred(), blurred()), "FILE_BLURRED"),
        ("密件.pdf", pdf("机密★10年 关于某项目"), "CLASSIFIED_MATERIAL"),
        ("末页.pdf", pdf("绝 密", pages=9), "CLASSIFIED_MATERIAL"),
        ("隔开.pdf", pdf("秘 密 ★ 长期"), "CLASSIFIED_MATERIAL"),
    ],
)
async def test_what_cannot_be_reviewed_is_refused_and_not_kept(
    office, draft, storage, file_name, content, code
):
    """Each refusal has its own code and reason; the storage is as before, and the material still waits."""
    declaration, person = draft
    before = kept(storage)
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT", file_name), 201)
    refused = await office.send(announced, content)
    assert codes(refused) == [code]
    assert refused.json()["message"]
    assert refused.json()["basis"][0]["cite"] == "二（五）3"
    assert kept(storage) == before
    told = await office.call("GET", f"/v1/materials/{announced['id']}", person.token)
    assert (told.json()["state"], told.json()["sha256"]) == ("AWAITING_FILE", None)
    better = {".pdf": pdf(pages=4), ".png": image(size=(500, 500)), ".jpg": image("JPEG")}
    record(await office.send(announced, better[file_name[-4:]]))


@pytest.mark.clause("2.5.3")
@pytest.mark.parametrize(
    "named",
    [
        {"title": "绝密项目成果"},
        {"file_name": "机密-附件.pdf"},
        {"title": "内部 秘 密 资料"},
    ],
)
async def test_what_is_named_classified_is_not_even_announced(office, draft, named):
    """A title or file name with a classified word is refused, and no row remains."""
    declaration, person = draft
    refused = await office.announce(person, declaration, "ACHIEVEMENT", **named)
    assert codes(refused) == ["CLASSIFIED_MATERIAL"]
    assert refused.json()["basis"][0]["cite"] == "二（五）3"
    assert (await office.read(declaration, person.token))["materials"] == []


@pytest.mark.parametrize("file_name", ["论文.docx", "论文", "论文.pdf.exe", "网页.html"])
async def test_other_kinds_of_files_are_not_taken(office, draft, file_name):
    """The name alone tells that a file would not be taken."""
    declaration, person = draft
    assert codes(await office.announce(person, declaration, "ACHIEVEMENT", file_name)) == [
        "FILE_TYPE_NOT_TAKEN"
    ]


@pytest.mark.parametrize("told", of_two_kinds())
async def test_a_polyglot_is_refused_and_not_kept(office, draft, storage, told):
    """What an archiver or a browser would open as well is no scan."""
    declaration, person = draft
    file_name, content = of_two_kinds()[told]
    before = kept(storage)
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT", file_name), 201)
    assert codes(await office.send(announced, content)) == ["FILE_POLYGLOT"]
    assert kept(storage) == before


async def test_too_large_a_file_is_cut_off_while_it_streams(office, draft, storage):
    """One byte over the limit is refused, declared or not; the sender need not finish."""
    declaration, person = draft
    before, sent = kept(storage), 0
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT"), 201)
    assert announced["limit_bytes"] == LIMIT

    async def pieces():
        nonlocal sent
        yield pdf()
        while sent < 4 * LIMIT:
            sent += 1 << 20
            yield bytes(1 << 20)

    refused = await office.http.put(announced["upload_url"], content=pieces())
    assert codes(refused, 413) == ["FILE_TOO_LARGE"]
    assert kept(storage) == before


async def test_a_file_above_the_limit_of_bodies_is_taken(office, draft):
    """Files are not measured by the limit for JSON bodies."""
    declaration, person = draft
    content = pdf() + b"\n%" + b"x" * (2 << 20)
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT"), 201)
    assert record(await office.send(announced, content))["size"] == len(content)


async def test_the_same_bytes_again_are_the_same_answer(office, draft, session):
    """A repeated send is harmless; other bytes are refused, and replace nothing."""
    declaration, person = draft
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT"), 201)
    answers = await asyncio.gather(*(office.send(announced, pdf()) for _ in range(4)))
    assert {each.status_code for each in answers} == {200}
    assert codes(await office.send(announced, pdf(pages=2)), 409) == ["ALREADY_STORED"]
    async with session("workflow") as tx:
        lines = await tx.scalars(select(audit_log.c.id).where(audit_log.c.action == "material.STORE"))
        assert len(lines.all()) == 1


async def test_links_end_and_cannot_be_bent(office, draft, monkeypatch):
    """An old, an altered and a foreign link are not found."""
    declaration, person = draft
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT"), 201)
    token = announced["upload_url"].rpartition("/")[2]
    bent = token[:-6] + ("A" if token[-6] != "A" else "B") + token[-5:]
    for wrong in (bent, "x", "%00", token[:20]):
        answer = await office.http.put(f"/v1/uploads/{wrong}", content=pdf())
        assert answer.status_code == 404, wrong
    assert (await office.http.get(f"/v1/downloads/{token}")).json()["code"] == "LINK_INVALID"
    later = time.time() + 31 * 60
    monkeypatch.setattr(links.time, "time", lambda: later)
    assert codes(await office.send(announced, pdf()), 404) == ["LINK_INVALID"]
    monkeypatch.undo()
    again = await office.call("POST", f"/v1/materials/{announced['id']}/upload-link", person.token)
    record(await office.send(record(again), pdf()))


async def test_a_link_is_of_no_use_after_submission(office, season):
    """Bytes that arrive for a submitted declaration are refused."""
    person = await season.recommended()
    filled = await office.filled_in(person)
    announced = record(await office.announce(person, filled, "OTHER"), 201)
    removed = await office.call("DELETE", f"/v1/materials/{announced['id']}", person.token)
    assert removed.status_code == 200
    assert codes(await office.send(announced, pdf()), 404) == ["MATERIAL_NOT_FOUND"]
    spare = record(await office.announce(person, filled, "OTHER"), 201)
    withdrawn = await office.act(filled, "WITHDRAW", person.token)
    assert withdrawn.status_code == 200
    assert codes(await office.send(spare, pdf()), 409) == ["NOT_WITH_APPLICANT"]


async def test_a_better_file_replaces_when_it_is_there(office, draft):
    """Until the new file arrives the old one stands; then it is replaced, and the new one names it."""
    declaration, person = draft
    old = await office.upload(person, declaration, "ACHIEVEMENT")
    new = record(await office.announce(person, declaration, "ACHIEVEMENT", replaces_id=old["id"]), 201)
    states = {m["id"]: m["state"] for m in (await office.read(declaration, person.token))["materials"]}
    assert states == {old["id"]: "STORED", new["id"]: "AWAITING_FILE"}
    record(await office.send(new, pdf(pages=7)))
    told = {m["id"]: m for m in (await office.read(declaration, person.token))["materials"]}
    assert (told[old["id"]]["state"], told[new["id"]]["state"]) == ("REPLACED", "STORED")
    assert told[new["id"]]["replaces_id"] == old["id"]
    twice = await office.announce(person, declaration, "ACHIEVEMENT", replaces_id=old["id"])
    assert codes(twice) == ["REPLACED_NOT_THERE"]


async def test_one_file_is_replaced_by_one(office, draft):
    """Of several announced for the same place the last counts: an earlier one, never sent, is out, and its link dead."""
    declaration, person = draft
    old = await office.upload(person, declaration, "ACHIEVEMENT")
    first, second = [
        record(await office.announce(person, declaration, "ACHIEVEMENT", replaces_id=old["id"]), 201)
        for _ in range(2)
    ]
    third = await office.announce(person, declaration, "ACHIEVEMENT", replaces_id=second["id"])
    third = record(third, 201)
    assert third["replaces_id"] == old["id"]
    for late in (first, second):
        assert codes(await office.send(late, pdf()), 404) == ["MATERIAL_NOT_FOUND"]
    record(await office.send(third, pdf(pages=7)))
    told = {m["id"]: m["state"] for m in (await office.read(declaration, person.token))["materials"]}
    assert [told[each["id"]] for each in (old, first, second, third)] == [*["REPLACED"] * 3, "STORED"]


async def test_of_each_kind_there_is_a_limit(office, draft):
    """The fourth of three is refused."""
    declaration, person = draft
    content = {"present_title": {"name": "主治", "level": "MIDDLE", "obtained_on": "2016-12-01"}}
    record(await office.edit(person, await office.read(declaration, person.token), content))
    answers = [await office.announce(person, declaration, "PRESENT_TITLE_CERTIFICATE") for _ in range(4)]
    assert [each.status_code for each in answers] == [201, 201, 201, 422]
    assert codes(answers[-1]) == ["TOO_MANY_OF_ITEM"]


async def test_materials_are_none_of_a_strangers_business(office, season, draft):
    """Another applicant finds, opens, judges and removes nothing."""
    declaration, person = draft
    stranger = await season.recommended()
    material = await office.upload(person, declaration, "ACHIEVEMENT")
    path = f"/v1/materials/{material['id']}"
    answers = [
        await office.call("GET", path, stranger.token),
        await office.open(material, stranger.token),
        await office.judge(material, stranger.token),
        await office.call("DELETE", path, stranger.token),
        await office.announce(stranger, declaration, "ACHIEVEMENT"),
    ]
    assert {each.status_code for each in answers} == {404}


async def test_with_the_storage_away_nothing_is_half_kept(office, draft, workflow_app, monkeypatch):
    """A file that cannot be written leaves its material waiting; the same link works once the storage is back."""
    declaration, person = draft
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT"), 201)

    async def fails(*_):
        raise Unavailable(part="storage")

    monkeypatch.setattr(workflow_app.state.storage, "put", fails)
    assert codes(await office.send(announced, pdf()), 503) == ["PART_UNAVAILABLE"]
    told = await office.call("GET", f"/v1/materials/{announced['id']}", person.token)
    assert told.json()["state"] == "AWAITING_FILE"
    monkeypatch.undo()
    record(await office.send(announced, pdf()))


async def test_malware_is_refused_and_not_kept(office, draft, storage, workflow_app):
    """By its name, before anything is kept; with the scanner away nothing is taken, and the same link works later."""
    declaration, person = draft
    before = kept(storage)
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT"), 201)
    async with Clamd.listening() as clamd:
        with asked_by(workflow_app, clamd.url):
            assert codes(await office.send(announced, pdf() + EVIL)) == ["MALWARE_FOUND"]
    with asked_by(workflow_app, clamd.url):
        assert codes(await office.send(announced, pdf()), 503) == ["PART_UNAVAILABLE"]
    assert kept(storage) == before
    async with Clamd.listening() as clamd:
        with asked_by(workflow_app, clamd.url):
            record(await office.send(announced, pdf(pages=6)))
        assert clamd.seen == [pdf(pages=6)]
