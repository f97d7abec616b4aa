"""Looking into files: sound ones pass, everything else is refused by a code, and nothing else ever happens."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.files import receiving
from services.files.errors import FileTooLarge, FileUnreadable
from services.files.inspection import inspect
from services.files.policy import FileRules
from services.files.refusing import refuse_classified_words
from services.kit.errors import Basis, Refusal
from tests.files.documents import archive, image, of_two_kinds, pdf, picture, saved

BASIS = Basis("二（五）3", "不得提交涉密资料")
GROUNDS = receiving.Grounds(clear=Basis("二（五）3", "清晰、准确、有效"), classified=BASIS)
TYPES = {"application/pdf": [".pdf"], "image/jpeg": [".jpg", ".jpeg"], "image/png": [".png"]}

PATTERNS = ["(绝密|机密|秘密)★", "^(绝密|机密|秘密)$"]


def rules(**limits: int) -> FileRules:
    """Rules that ordinary scans pass."""
    usual = {"file_bytes": 1 << 20, "pdf_pages": 5, "image_pixels": 10**6, "image_shortest_side": 200}
    seen = {"sharpness": 12, "ink": 1.5}
    return FileRules.model_validate(
        {
            "limits": {**usual, **seen, "upload_minutes": 30, "download_minutes": 10, **limits},
            "types": [{"media_type": kind, "suffixes": suffixes} for kind, suffixes in TYPES.items()],
            "classified": {"words": ["秘密", "机密", "绝密"], "patterns": PATTERNS},
        }
    )


def found(file_name: str, content: bytes, **limits: int) -> str:
    """The media type of a file, or the code of its refusal."""
    try:
        return inspect(io.BytesIO(content), file_name, rules(**limits), BASIS)
    except Refusal as refusal:
        return refusal.code


@pytest.mark.parametrize(
    ("file_name", "content", "limits", "answer"),
    [
        ("一.pdf", pdf(pages=5), {}, "application/pdf"),
        ("一.pdf", pdf(pages=6), {}, "FILE_UNREADABLE"),
        ("一.PDF", pdf(), {}, "application/pdf"),
        ("一.pdf", image(), {}, "FILE_MISTYPED"),
        ("一.docx", pdf(), {}, "FILE_TYPE_NOT_TAKEN"),
        ("一.pdf", pdf(password="x"), {}, "FILE_ENCRYPTED"),
        ("一.pdf", pdf("机密★ 十年"), {}, "CLASSIFIED_MATERIAL"),
        ("一.pdf", saved(picture((150, 210)), "PDF"), {}, "FILE_UNREADABLE"),
        ("一.jpg", image("JPEG"), {}, "image/jpeg"),
        ("一.png", image(size=(199, 800)), {}, "FILE_UNREADABLE"),
        ("一.png", image(), {"image_pixels": 600 * 800 - 1}, "FILE_UNREADABLE"),
        ("一.png", b"", {}, "FILE_EMPTY"),
    ],
)
def test_each_file_has_its_answer(file_name, content, limits, answer):
    """Pages, pixels, locks, marks and names are judged by the limits of the policy."""
    assert found(file_name, content, **limits) == answer


@pytest.mark.parametrize("told", of_two_kinds())
def test_a_file_of_two_kinds_is_refused(told):
    """Whatever the other kind is, and wherever in the file it hides."""
    assert found(*of_two_kinds()[told]) == "FILE_POLYGLOT"


def test_what_cameras_and_writers_leave_behind_is_no_other_kind():
    """A second picture behind the first, zeros, a comment after the end of a document, and XML about the picture."""
    about = b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta><?xpacket end="w"?>'
    for file_name, content in (
        ("一.jpg", image("JPEG") + image("JPEG")),
        ("一.jpg", image("JPEG") + bytes(4000)),
        ("一.jpg", image("JPEG") + b"<?=" + bytes(4000)),  # as by chance in every sixteenth megabyte
        ("一.jpg", saved(picture(), "JPEG", xmp=about)),
        ("一.pdf", pdf() + b"\n%" + b"x" * 4000),
        ("一.pdf", pdf("<html> 的用法")),
    ):
        assert not found(file_name, content).startswith("FILE_"), file_name


def test_an_archive_is_no_scan_whatever_its_name():
    """The content tells."""
    assert found("一.pdf", archive()) == "FILE_MISTYPED"


@pytest.mark.parametrize(
    ("told", "field"), [({"title": "绝密项目"}, "title"), ({"file_name": "秘 密.pdf"}, "file_name")]
)
def test_a_classified_word_is_refused_with_its_field(told, field):
    """Blanks do not hide it."""
    with pytest.raises(Refusal) as refused:
        refuse_classified_words(rules(), BASIS, **told)
    assert (refused.value.code, refused.value.field) == ("CLASSIFIED_MATERIAL", field)
    assert refused.value.basis == (BASIS,)


async def pieces(content: bytes) -> Any:
    """A body as it comes."""
    for at in range(0, len(content), 7):
        yield content[at : at + 7]


async def test_a_file_is_counted_while_it_comes():
    """At the limit it is taken, one byte above it is cut off."""
    async with receiving.arrived(pieces(b"x" * 100), 100) as sent:
        assert (sent.size, sent.file.read()) == (100, b"x" * 100)
    with pytest.raises(FileTooLarge):
        async with receiving.arrived(pieces(b"x" * 101), 100):
            pass


async def test_nothing_is_looked_into_for_ever(monkeypatch):
    """What takes too long is unreadable."""
    monkeypatch.setattr(receiving, "LOOK_SECONDS", 0)
    with pytest.raises(FileUnreadable) as refused:
        await receiving.media_type_of(io.BytesIO(pdf()), "一.pdf", rules(), GROUNDS, receiving.looking())
    assert refused.value.basis == (GROUNDS.clear,)


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_damaged_document_is_refused_or_read_and_nothing_else(data):
    """Each is read by another process: a few."""
    refused_or_read(data, "一.pdf", pdf("论文"))


@settings(max_examples=100, deadline=None)
@given(data=st.data(), kind=st.sampled_from(["二.png", "三.jpg"]))
def test_a_damaged_picture_is_refused_or_read_and_nothing_else(data, kind):
    """Many of them."""
    refused_or_read(data, kind, {"二.png": image(), "三.jpg": image("JPEG")}[kind])


def refused_or_read(data, kind, whole):
    """Bytes changed or cut anywhere end in a coded refusal or in a file that can be read."""
    content = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for place in data.draw(st.lists(st.integers(0, max(len(content) - 1, 0)), max_size=8)):
        if content:
            content[place] = data.draw(st.integers(0, 255))
    refused = {"FILE_EMPTY", "FILE_MISTYPED", "FILE_UNREADABLE", "FILE_ENCRYPTED", "FILE_POLYGLOT"}
    refused |= {"FILE_BLANK", "FILE_BLURRED"}
    assert found(kind, bytes(content)) in refused | set(TYPES)
