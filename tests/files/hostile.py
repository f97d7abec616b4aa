"""Documents made to exhaust whoever reads them; each is a few kilobytes, or a megabyte at most."""

from __future__ import annotations

import zlib
from collections.abc import Iterable


def written(objects: Iterable[bytes], *, size: int | None = None, trailer: bytes = b"") -> bytes:
    """A document of these objects, the first of which is its catalog, with a table of where they stand."""
    made, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    counted = size or len(places) + 1
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%s" % (counted, table)
        + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (counted, trailer, len(made))
    )


def stream(content: bytes, about: bytes = b"") -> bytes:
    """A stream as an object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), about, content)


def page(*more: bytes, catalog: bytes = b"", of_page: bytes = b"") -> list[bytes]:
    """The objects of one page, and what else there is: from number 4 on."""
    return [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>" % of_page,
        *more,
    ]


def nested() -> bytes:
    """A list in a list, two hundred thousand times."""
    deep = 200_000
    return written(page(catalog=b"/Names " + b"[" * deep + b"]" * deep))


def endless() -> bytes:
    """Pages that are their own parent."""
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>"])


def vast() -> bytes:
    """A table that says it has two thousand million entries, and pages as many."""
    objects = page()
    objects[1] = b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>"
    return written(objects, size=2_000_000_000)


def packed() -> bytes:
    """A description that unpacks to a gigabyte: one packed piece, good wherever it stands, many times over."""
    packing = zlib.compressobj(9, zlib.DEFLATED)
    beginning = packing.compress(b" " * (1 << 20)) + packing.flush(zlib.Z_FULL_FLUSH)
    piece = packing.compress(b" " * (1 << 20)) + packing.flush(zlib.Z_FULL_FLUSH)
    content = zlib.compress(beginning + piece * 1023 + packing.flush(), 9)
    filters = b"/Filter [/FlateDecode /FlateDecode]"
    return written(page(stream(content, filters), catalog=b"/Metadata 4 0 R"))


def laughing(deep: int = 12) -> bytes:
    """A page that shows a form that shows another ten times, and so on: a million million lines in all."""
    forms = [
        stream(
            b"/F Do " * 10,
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F %d 0 R >> >>"
            % (6 + at),
        )
        for at in range(deep)
    ]
    last = stream(b"0 0 5 5 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    shown = b"/Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >>"
    return written(page(stream(b"/F Do"), *forms, last, of_page=shown))


HOSTILE = {
    "nested": nested,
    "endless": endless,
    "vast": vast,
    "packed": packed,
    "laughing": laughing,
}
