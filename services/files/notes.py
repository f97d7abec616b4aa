"""What a PDF says beside the text of its pages: about itself, in notes and forms, and the names of files inside.

It is read in the process of `pages` alone.
"""

import re
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

TAGS = re.compile(r"<[^>]*>")
ANNOTATED = ("/Contents", "/V", "/T", "/Subj")
"""Where an annotation or a field of a form holds text."""


def names_in(reader: PdfReader) -> Iterator[str]:
    """The names of the files that lie inside."""
    yield from reader.attachments
    for note in _annotations(reader):
        inside = note.get("/FS")
        if isinstance(inside, DictionaryObject):
            yield str(inside.get("/UF", inside.get("/F", "")))


def noted_in(reader: PdfReader) -> Iterator[str]:
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
