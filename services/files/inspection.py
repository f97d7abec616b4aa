"""Looks into a file before it is kept: is it what its name says, can it be read, does it show itself as classified."""

import warnings
from collections.abc import Callable, Mapping
from typing import BinaryIO

import filetype  # type: ignore[import-untyped]
from PIL import Image

from services.files.documents import look_at_document
from services.files.errors import FileEmpty, FileMistyped, FilePolyglot, FileTypeNotTaken, FileUnreadable
from services.files.looks import look_at
from services.files.policy import FileRules, FileType
from services.files.polyglots import PDF, other_kind
from services.files.refusing import refuse_size, refuse_unclear
from services.kit.errors import Basis, Refusal

HEAD_BYTES = 8192


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
        FileEmpty, FileMistyped, FilePolyglot, FileEncrypted, FileUnreadable, FileBlank, FileBlurred: it cannot be
            reviewed.
        Classified: it bears the mark of a classified document.
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


def _look_at_image(file: BinaryIO, rules: FileRules, basis: Basis) -> None:
    del basis
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(file) as image:
            refuse_size(image.size, rules.limits)
            image.verify()
        file.seek(0)
        with Image.open(file) as image:
            image.load()
            refuse_unclear([look_at(image)], rules.limits)


LOOKS: Mapping[str, Callable[[BinaryIO, FileRules, Basis], None]] = {
    PDF: look_at_document,
    "image/jpeg": _look_at_image,
    "image/png": _look_at_image,
}
"""How a file of each type is looked at; a policy can only take types that are here."""
