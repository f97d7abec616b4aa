"""`python -m services.files.pages`: reads a PDF from standard input, tells what is in it as one line of JSON.

It is a process of its own. A file comes from outside, and may be made to exhaust or break whoever reads it: here only
this process is lost, with the memory and the time it was allowed. It is told both, and what to look for, in its one
argument, and nothing of the environment of the service.
"""

import io
import json
import re
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pypdfium2
from pypdf import PdfReader
from pypdfium2 import raw

from services.files.looks import SHORTER_SIDE, look_at
from services.files.marks import mark_in, word_in
from services.files.notes import names_in, noted_in

SAMPLE = 6
"""So many pages are drawn, spread over the document. Where all are empty, the others are drawn too until one is not."""

LONGEST_SIDE = 8000
COVERS = 0.8
"""A picture over this share of a page, with nothing beside it, is the scan of that page."""

TOO_COMPLEX = 3
"""How the process ends where memory or depth does not suffice."""


def told_of(content: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    """Whether it is locked, how many pages it has, which mark it bears, else what the pages that were drawn show.

    Those with less ink than is `asked` for are left out; of a document with too many pages only the number is told.
    """
    told: dict[str, Any] = {"encrypted": False, "count": 0, "mark": None, "pages": []}
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        return told | {"encrypted": True}
    told["count"] = len(reader.pages)
    if told["count"] > asked["pages"]:
        return told
    patterns = [re.compile(each) for each in asked["patterns"]]
    mark = word_in(names_in(reader), asked["words"]) or mark_in(noted_in(reader), patterns)
    if mark is not None:
        return told | {"mark": mark}
    document = pypdfium2.PdfDocument(content)
    mark = mark_in(_texts(document), patterns)
    return told | ({"mark": mark} if mark else {"pages": _looks(document, asked["ink"])})


def _texts(document: pypdfium2.PdfDocument) -> Iterator[str]:
    for page in document:
        yield page.get_textpage().get_text_bounded()
        page.close()


def _looks(document: pypdfium2.PdfDocument, ink: float) -> list[dict[str, Any]]:
    count, found = len(document), list[dict[str, Any]]()
    sample = sorted({round(at * (count - 1) / (SAMPLE - 1)) for at in range(SAMPLE)})
    for drawn, number in enumerate((*sample, *(set(range(count)) - set(sample)))):
        if found and drawn >= len(sample):
            break
        page = document[number]
        look = look_at(page.render(scale=_scale(page), grayscale=True).to_pil())
        if look.ink >= ink:
            found.append({**asdict(look), "scan": _scan(page)})
        page.close()
    return found


def _scale(page: pypdfium2.PdfPage) -> float:
    shorter, longer = sorted(page.get_size())
    scale: float = min(SHORTER_SIDE / max(shorter, 1), LONGEST_SIDE / max(longer, 1))
    return scale


def _scan(page: pypdfium2.PdfPage) -> tuple[int, int] | None:
    """The size in pixels of the picture that is all there is on a page."""
    scan, area = None, page.get_width() * page.get_height()
    for shown in page.get_objects(max_depth=1):
        if shown.type != raw.FPDF_PAGEOBJ_IMAGE:
            return None
        left, bottom, right, top = shown.get_bounds()
        if (right - left) * (top - bottom) >= COVERS * area:
            scan = shown.get_px_size()
    return scan


def main() -> None:
    """Read standard input, write one line."""
    asked = json.loads(sys.argv[1])
    limits = {
        resource.RLIMIT_AS: asked["memory"],
        resource.RLIMIT_CPU: asked["seconds"],
        resource.RLIMIT_FSIZE: asked["answer"],
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))
    try:
        print(json.dumps(told_of(sys.stdin.buffer.read(), asked)))  # noqa: T201
    except (MemoryError, RecursionError):
        sys.exit(TOO_COMPLEX)


if __name__ == "__main__":
    main()
