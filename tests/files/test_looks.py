"""What nobody could read is refused, what somebody could is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from services.files import documents
from services.files.looks import look_at
from tests.files.documents import blank, blurred, pages, pdf, picture, saved
from tests.files.test_inspection import found

A4 = (1240, 1754)


def stamp() -> Image.Image:
    """A sheet with nothing on it but one small red stamp."""
    sheet = Image.new("RGB", A4, "white")
    ImageDraw.Draw(sheet).ellipse((700, 1200, 1000, 1500), outline="red", width=8)
    return sheet


def seen_through() -> Image.Image:
    """Black print on nothing at all."""
    return Image.merge("LA", (Image.new("L", A4, 0), ImageChops.invert(picture(A4))))


@pytest.mark.parametrize(
    ("told", "content", "answer"),
    [
        ("一.png", saved(blank()), "FILE_BLANK"),
        ("一.jpg", saved(Image.new("RGB", A4, "black"), "JPEG"), "FILE_BLANK"),
        ("一.png", saved(Image.new("RGBA", A4, (0, 0, 0, 0))), "FILE_BLANK"),
        ("一.jpg", saved(blurred(), "JPEG"), "FILE_BLURRED"),
        ("一.png", saved(blurred(A4, by=12)), "FILE_BLURRED"),
        ("一.png", saved(Image.linear_gradient("L").resize(A4)), "FILE_BLURRED"),
        ("一.png", saved(blurred(by=1)), "image/png"),
        ("一.png", saved(stamp()), "image/png"),
        ("一.png", saved(seen_through()), "image/png"),
        ("一.png", saved(picture().convert("1")), "image/png"),
        ("一.png", saved(stamp().convert("P")), "image/png"),
        ("一.jpg", saved(stamp().convert("CMYK"), "JPEG"), "image/jpeg"),
        ("一.jpg", saved(picture(A4).point(lambda grey: 170 + grey // 6), "JPEG", quality=40), "image/jpeg"),
        ("一.png", saved(picture((220, 4000))), "image/png"),
    ],
)
def test_a_picture_is_taken_if_somebody_could_read_it(told, content, answer):
    """Blank, black, and out of focus it is refused; pale, sparse, narrow, or of any mode it is not."""
    assert found(told, content, image_pixels=10**7) == answer


def test_sixteen_bits_are_read_as_well():
    """A scan of 16 bits is neither black nor white."""
    deep = picture().convert("I").point(lambda grey: grey * 256).convert("I;16")
    assert found("一.png", saved(deep)) == "image/png"
    assert look_at(deep).ink == pytest.approx(look_at(picture()).ink, abs=2)


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (pdf(""), "application/pdf"),
        (pages(blank(), blank()), "FILE_BLANK"),
        (pages(blank(), picture(), blank()), "application/pdf"),
        (pages(*[blank()] * 7, picture(), *[blank()] * 4), "application/pdf"),
        (pages(blurred(), blurred()), "FILE_BLURRED"),
        (pages(blurred(), picture()), "application/pdf"),
        (pages(picture(), picture((150, 200))), "FILE_UNREADABLE"),
        (pages(picture(), Image.new("L", (150, 200), 255)), "application/pdf"),
    ],
)
def test_a_document_is_judged_by_its_pages(content, answer):
    """All blank or all blurred it is refused, also where the first pages drawn are; one page too small is told."""
    assert found("一.pdf", content, pdf_pages=20) == answer


@pytest.mark.parametrize("wrong", ["sleep", "crash", "chatter"])
def test_whoever_draws_may_break_or_hang(monkeypatch, tmp_path, wrong):
    """Its process is lost and the file unreadable; the service goes on."""
    program = {
        "sleep": "import time; time.sleep(60)",
        "crash": "import os; os.abort()",
        "chatter": "print('x')",
    }
    (tmp_path / "drawing.py").write_text(program[wrong], encoding="utf-8")
    monkeypatch.setattr(documents, "PAGES", "drawing")
    monkeypatch.setattr(documents, "SECONDS", 1)
    monkeypatch.setattr(documents, "GRACE_SECONDS", 0)
    monkeypatch.chdir(tmp_path)
    assert found("一.pdf", pdf()) == "FILE_UNREADABLE"


@settings(max_examples=40, deadline=None)
@given(size=st.tuples(st.integers(200, 900), st.integers(200, 900)), turn=st.sampled_from([0, 90, 180, 270]))
def test_turning_a_picture_changes_nothing(size, turn):
    """Whichever way up it was scanned, it is sharp when sharp and blurred when blurred."""
    assert look_at(picture(size).rotate(turn, expand=True)).sharpness > 400
    soft = picture(size).filter(ImageFilter.GaussianBlur(10)).rotate(turn, expand=True)
    assert look_at(soft).sharpness < 12
