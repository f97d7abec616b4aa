"""Looks into a PDF: is it open to be read, do its pages show something, does anything in it bear a mark."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from services.files.errors import Classified, FileEncrypted, FileUnreadable
from services.files.looks import Look
from services.files.marks import mark_in
from services.files.policy import FileRules
from services.files.refusing import refuse_classified_words, refuse_size, refuse_unclear
from services.kit.errors import Basis

PAGES = "services.files.pages"
SECONDS = 25
"""So long its pages are drawn, by the clock on the wall."""

TAGS = re.compile(r"<[^>]*>")
ANNOTATED = ("/Contents", "/V", "/T", "/Subj")
"""Where an annotation or a field of a form holds text."""


def look_at_document(file: BinaryIO, rules: FileRules, basis: Basis) -> None:
    """Refuse a PDF that cannot be reviewed.

    Raises:
        FileEncrypted, FileUnreadable, FileBlank, FileBlurred: nobody could read it.
        Classified: its text, what is noted on or about it, or the name of a file inside bears a mark.
    """
    reader = PdfReader(file)
    if reader.is_encrypted:
        raise FileEncrypted(field="file")
    _refuse_number(len(reader.pages), rules.limits.pdf_pages)
    for name in _names(reader):
        refuse_classified_words(rules, basis, file=name)
    _refuse_mark(mark_in(_noted(reader), rules.classified.patterns), basis)
    file.seek(0)
    told = _shown(file.read(), rules)
    _refuse_mark(told["mark"], basis)
    for page in told["pages"]:
        if page["scan"] and min(page["scan"]) < rules.limits.image_shortest_side:
            refuse_size(tuple(page["scan"]), rules.limits)
    refuse_unclear([Look(page["ink"], page["sharpness"]) for page in told["pages"]], rules.limits)


def _refuse_number(pages: int, most: int) -> None:
    if not 0 < pages <= most:
        raise FileUnreadable(
            reason_zh=f"共 {pages} 页，应为 1 至 {most} 页",
            reason=f"{pages} pages instead of 1 to {most}",
            field="file",
        )


def _refuse_mark(mark: str | None, basis: Basis) -> None:
    if mark is not None:
        raise Classified(word=mark, field="file", basis=[basis])


def _names(reader: PdfReader) -> Iterator[str]:
    """The names of the files that lie inside."""
    yield from reader.attachments
    for note in _annotations(reader):
        inside = note.get("/FS")
        if isinstance(inside, DictionaryObject):
            yield str(inside.get("/UF", inside.get("/F", "")))


def _noted(reader: PdfReader) -> Iterator[str]:
    """What stands about the document and on its pages, beside their text."""
    yield from (str(value) for value in (reader.metadata or {}).values())
    described = reader.root_object.get("/Metadata")
    if described is not None:
        yield TAGS.sub("\n", described.get_object().get_data().decode("utf-8", "replace"))
    for note in _annotations(reader):
        yield from (str(note[key]) for key in ANNOTATED if key in note)


def _annotations(reader: PdfReader) -> Iterator[DictionaryObject]:
    for page in reader.pages:
        for each in page.annotations or ():
            note = each.get_object()
            if isinstance(note, DictionaryObject):
                yield note


def _shown(content: bytes, rules: FileRules) -> dict[str, Any]:
    """What the process that draws the pages tells."""
    patterns = [each.pattern for each in rules.classified.patterns]
    asked = json.dumps({"ink": rules.limits.ink, "patterns": patterns})
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", PAGES, asked],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={},
        )
    except subprocess.TimeoutExpired as error:
        raise FileUnreadable(reason_zh="内容过于复杂", reason="too complex", field="file") from error
    told: dict[str, Any] = json.loads(done.stdout)
    return told
