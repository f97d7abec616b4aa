"""Looks into a file before it is kept: is it what its name says, can it be read, does it show itself as classified."""

import warnings
from collections.abc import Callable, Mapping
from typing import BinaryIO

import filetype  # type: ignore[import-untyped]
from PIL import Image
from pypdf import PdfReader

from services.files.errors import (
    Classified,
    FileEmpty,
    FileEncrypted,
    FileMistyped,
    FilePolyglot,
    FileTypeNotTaken,
    FileUnreadable,
)
from services.files.policy import FileRules, FileType, Limits
from services.files.polyglots import PDF, other_kind
from services.kit.errors import Basis, Refusal

HEAD_BYTES = 8192
TEXT_PAGES = 3
"""How many pages are searched for the marks of classified documents, which stand on the first ones."""


def refuse_classified_words(rules: FileRules, basis: Basis, **told: str) -> None:
    """Refuse a text, told under the name of its field, that shows a file as classified.

    Raises:
        Classified: with the word found.
    """
    for field, text in told.items():
        for word in rules.classified.words:
            if word in "".join(text.split()):
                raise Classified(word=word, field=field, basis=[basis])


def type_of(rules: FileRules, file_name: str) -> FileType:
    """The type that a file's name tells.

    Raises:
        FileTypeNotTaken: such files are not taken.
    """
    found = rules.type_named(file_name)
    if found is None:
        types = "、".join(suffix for each in rules.types for suffix in each.suffixes)
        raise FileTypeNotTaken(name=file_name, types=types, field="file_name")
    return found


def inspect(file: BinaryIO, file_name: str, rules: FileRules, basis: Basis) -> str:
    """The media type of a file that can be kept. Runs for a while: call it in a thread.

    A broken file can make a parser fail in any way it likes; whatever it is, the file is unreadable and nothing else.

    Raises:
        FileEmpty, FileMistyped, FilePolyglot, FileEncrypted, FileUnreadable: it cannot be reviewed.
        Classified: its first pages bear the mark of a classified document.
    """
    expected = type_of(rules, file_name)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head.strip():
        raise FileEmpty(field="file")
    found = filetype.guess_mime(head)
    if found != expected.media_type:
        raise FileMistyped(found=found or "?", name=file_name, field="file")
    file.seek(0)
    try:
        LOOKS[expected.media_type](file, rules, basis)
    except Refusal:
        raise
    except Exception as error:
        raise FileUnreadable(reason_zh="内容损坏", reason="broken content", field="file") from error
    other = other_kind(file, expected.media_type)
    if other is not None:
        raise FilePolyglot(found=other, field="file")
    file.seek(0)
    return expected.media_type


def _look_at_pdf(file: BinaryIO, rules: FileRules, basis: Basis) -> None:
    reader = PdfReader(file)
    if reader.is_encrypted:
        raise FileEncrypted(field="file")
    pages = len(reader.pages)
    if not 0 < pages <= rules.limits.pdf_pages:
        raise FileUnreadable(
            reason_zh=f"共 {pages} 页，应为 1 至 {rules.limits.pdf_pages} 页",
            reason=f"{pages} pages instead of 1 to {rules.limits.pdf_pages}",
            field="file",
        )
    text = "".join(page.extract_text() for page in reader.pages[:TEXT_PAGES])
    _refuse_marks(text, rules, basis)


def _refuse_marks(text: str, rules: FileRules, basis: Basis) -> None:
    joined = "".join(text.split())
    for mark in rules.classified.marks:
        if mark in joined:
            raise Classified(word=mark, field="file", basis=[basis])


def _look_at_image(file: BinaryIO, rules: FileRules, basis: Basis) -> None:
    del basis
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(file) as image:
            _refuse_size(image.size, rules.limits)
            image.verify()
        file.seek(0)
        with Image.open(file) as image:
            image.load()


def _refuse_size(size: tuple[int, int], limits: Limits) -> None:
    """Refuse an image too small to be read, or so large that nobody's machine could show it."""
    width, height = size
    if width * height > limits.image_pixels or min(width, height) < limits.image_shortest_side:
        raise FileUnreadable(
            reason_zh=f"图片为 {width}×{height} 像素，短边应不小于 {limits.image_shortest_side}，"
            f"总像素不超过 {limits.image_pixels}",
            reason=f"{width}x{height} pixels; the shorter side has at least {limits.image_shortest_side}, "
            f"all together at most {limits.image_pixels}",
            field="file",
        )


LOOKS: Mapping[str, Callable[[BinaryIO, FileRules, Basis], None]] = {
    PDF: _look_at_pdf,
    "image/jpeg": _look_at_image,
    "image/png": _look_at_image,
}
"""How a file of each type is looked at; a policy can only take types that are here."""
