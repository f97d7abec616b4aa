"""Files as people send them, made on the spot: sound ones, broken ones, marked ones, and some of two kinds at once."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject


@cache
def pdf(text: str = "", *, password: str | None = None, pages: int = 1) -> bytes:
    """A real PDF, every page with strokes as of print; `text` can be read out of its last page, `password` locks it."""
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(595, 842)
        strokes = DecodedStreamObject()
        strokes.set_data(b"".join(b"%d %d %d %d re " % box for box in strokes_on(595, 842)) + b"f")
        page[NameObject("/Contents")] = writer._add_object(strokes)  # noqa: SLF001 - pypdf offers no other way
    if text:
        _write(writer, text)
    if password is not None:
        writer.encrypt(password, algorithm="AES-256")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _write(writer: PdfWriter, text: str) -> None:
    """Put each line of `text` on the last page with a font whose character map tells what each code means."""
    letters = sorted(set(text) - {"\n"})
    codes = "".join(f"<{number:04x}> <{ord(char):04x}>\n" for number, char in enumerate(letters, 1))
    to_unicode = DecodedStreamObject()
    to_unicode.set_data(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        + f"{len(letters)} beginbfchar\n{codes}endbfchar\n".encode()
        + b"endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    descendant = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType2"),
            NameObject("/BaseFont"): NameObject("/Plain"),
            NameObject("/DW"): NumberObject(1000),
        }
    )
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): NameObject("/Plain"),
            NameObject("/Encoding"): NameObject("/Identity-H"),
            NameObject("/DescendantFonts"): ArrayObject([descendant]),
            NameObject("/ToUnicode"): writer._add_object(to_unicode),  # noqa: SLF001
        }
    )
    page = writer.pages[-1]
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    lines = ["".join(f"{1 + letters.index(char):04x}" for char in line) for line in text.splitlines()]
    shown = " ".join(f"<{line}> Tj 0 -40 Td" for line in lines)
    content = DecodedStreamObject()
    content.set_data(page.get_contents().get_data() + f" BT /F1 24 Tf 72 720 Td {shown} ET".encode())
    page[NameObject("/Contents")] = writer._add_object(content)  # noqa: SLF001


def strokes_on(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Where strokes stand on a page: left, bottom, width, height; broad and narrow ones by turns, in lines."""
    return [
        (left, bottom, 2 + (left + bottom) % 5, 9)
        for bottom in range(40, height - 40, 18)
        for left in range(40, width - 40, 9)
    ]


def picture(size: tuple[int, int] = (600, 800)) -> Image.Image:
    """A picture of such a page."""
    return _drawn(size).copy()


@cache
def _drawn(size: tuple[int, int]) -> Image.Image:
    drawn = Image.new("L", size, 255)
    pen = ImageDraw.Draw(drawn)
    for left, top, width, height in strokes_on(*size):
        pen.rectangle((left, top, left + width, top + height), fill=0)
    return drawn


@cache
def image(kind: str = "PNG", size: tuple[int, int] = (600, 800)) -> bytes:
    """A real picture."""
    return saved(picture(size), kind)


def blurred(size: tuple[int, int] = (600, 800), by: float = 8) -> Image.Image:
    """The picture out of focus."""
    return picture(size).filter(ImageFilter.GaussianBlur(by))


def blank(size: tuple[int, int] = (600, 800), noise: float = 3) -> Image.Image:
    """An empty sheet, as a scanner sees it."""
    return ImageChops.add(Image.new("L", size, 110), Image.effect_noise(size, noise))


def pages(*drawn: Image.Image) -> bytes:
    """A document of scanned pages."""
    return saved(drawn[0], "PDF", save_all=True, append_images=drawn[1:])


def saved(drawn: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    """A picture as a file."""
    made = io.BytesIO()
    drawn.save(made, kind, **more)
    return made.getvalue()


def archive() -> bytes:
    """A ZIP with something in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("a.txt", "x")
    return made.getvalue()


def of_two_kinds() -> dict[str, tuple[str, bytes]]:
    """Files by what else they can be read as, each with a name: sound to who looks at their beginning only."""
    page = b"<HTML><script>alert(1)</script></HTML>"
    commented = saved(picture(), "JPEG", comment=b"<script>alert(1)</script>")
    return {
        "HTML behind a picture": ("a.png", image() + page),
        "HTML inside a picture": ("a.jpg", commented),
        "PHP behind a picture": ("a.jpg", image("JPEG") + b"<?php system($_GET[0]);"),
        "short PHP behind a picture": ("a.jpg", image("JPEG") + b"<?= system($_GET[0]) ?>"),
        "HTML behind a document": ("a.pdf", pdf() + page),
        "HTML before a document": ("a.pdf", pdf().replace(b"\n", b"\n%<svg onload=alert(1)>\n", 1)),
        "a document behind a picture": ("a.jpg", image("JPEG") + pdf()),
        "ZIP behind a picture": ("a.png", image() + archive()),
        "ZIP behind a document": ("a.pdf", pdf() + archive()),
        "RAR behind a picture": ("a.jpg", image("JPEG") + b"Rar!\x1a\x07\x01\x00" + bytes(50)),
        "7Z behind a document": ("a.pdf", pdf() + b"7z\xbc\xaf\x27\x1c" + bytes(50)),
    }
