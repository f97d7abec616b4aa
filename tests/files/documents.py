"""Files as people send them, made on the spot: sound ones, broken ones, marked ones, and some of two kinds at once."""

from __future__ import annotations

import io
import zipfile
from functools import cache

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject


@cache
def pdf(text: str = "", *, password: str | None = None, pages: int = 1) -> bytes:
    """A real PDF; `text` can be read out of its first page, `password` locks it."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if text:
        _write(writer, text)
    if password is not None:
        writer.encrypt(password, algorithm="AES-256")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _write(writer: PdfWriter, text: str) -> None:
    """Put `text` on the first page with a font whose character map tells what each code means."""
    codes = "".join(f"<{number:04x}> <{ord(char):04x}>\n" for number, char in enumerate(text, 1))
    to_unicode = DecodedStreamObject()
    to_unicode.set_data(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        + f"{len(text)} beginbfchar\n{codes}endbfchar\n".encode()
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
            NameObject("/ToUnicode"): writer._add_object(to_unicode),  # noqa: SLF001 - pypdf offers no other way
        }
    )
    page = writer.pages[0]
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    shown = "".join(f"{number:04x}" for number in range(1, len(text) + 1))
    content = DecodedStreamObject()
    content.set_data(f"BT /F1 24 Tf 72 720 Td <{shown}> Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(content)  # noqa: SLF001


@cache
def image(kind: str = "PNG", size: tuple[int, int] = (600, 800)) -> bytes:
    """A real picture."""
    made = io.BytesIO()
    Image.linear_gradient("L").resize(size).save(made, kind)
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
    commented = io.BytesIO()
    Image.linear_gradient("L").resize((600, 800)).save(
        commented, "JPEG", comment=b"<script>alert(1)</script>"
    )
    return {
        "HTML behind a picture": ("a.png", image() + page),
        "HTML inside a picture": ("a.jpg", commented.getvalue()),
        "PHP behind a picture": ("a.jpg", image("JPEG") + b"<?php system($_GET[0]);"),
        "HTML behind a document": ("a.pdf", pdf() + page),
        "HTML before a document": ("a.pdf", pdf().replace(b"\n", b"\n%<svg onload=alert(1)>\n", 1)),
        "a document behind a picture": ("a.jpg", image("JPEG") + pdf()),
        "ZIP behind a picture": ("a.png", image() + archive()),
        "ZIP behind a document": ("a.pdf", pdf() + archive()),
        "RAR behind a picture": ("a.jpg", image("JPEG") + b"Rar!\x1a\x07\x01\x00" + bytes(50)),
        "7Z behind a document": ("a.pdf", pdf() + b"7z\xbc\xaf\x27\x1c" + bytes(50)),
    }
