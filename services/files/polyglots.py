"""Finds files that are of two kinds at once: a picture that an archiver, a browser or a PDF reader would open as well."""

import re
import zipfile
from collections.abc import Mapping
from typing import BinaryIO

PDF = "application/pdf"
HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg)[\s/>]|<\?php\s|<\?=[\t-\r -~]{1,500}?\?>",
    re.IGNORECASE,
)
"""What begins with three bytes has to end too: those three come about in one of six photographs of three megabytes."""
HEADS: Mapping[str, bytes] = {"PDF": b"%PDF-", "RAR": b"Rar!\x1a\x07", "7Z": b"7z\xbc\xaf\x27\x1c"}
"""What readers of other kinds look for anywhere in a file; all long enough not to come about by chance."""

END_OF_PDF = b"%%EOF"
FIRST = 1024
"""Where readers that guess by the content look for the beginning."""


def other_kind(file: BinaryIO, media_type: str) -> str | None:
    """The other kind that a file can be read as; None where it is of one kind only."""
    file.seek(0)
    content = file.read()
    file.seek(0)
    if zipfile.is_zipfile(file):
        return "ZIP"
    foreign = {name: head for name, head in HEADS.items() if name != "PDF" or media_type != PDF}
    for part in _outside(content) if media_type == PDF else (content,):
        if HTML.search(part):
            return "HTML"
        for name, head in foreign.items():
            if head in part:
                return name
    return None


def _outside(content: bytes) -> tuple[bytes, ...]:
    """The beginning of a PDF and what follows its end: between them a document may hold whatever it shows."""
    _, mark, after = content.rpartition(END_OF_PDF)
    return content[:FIRST], after if mark else b""
