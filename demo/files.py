"""Real files, made on the spot: a one-page PDF and a PNG."""

import io

import segno
from pypdf import PdfWriter

A4_POINTS = (595, 842)


def pdf(title: str) -> bytes:
    """A one-page A4 document."""
    writer = PdfWriter()
    writer.add_blank_page(*A4_POINTS)
    writer.add_metadata({"/Title": title})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def png(text: str) -> bytes:
    """A picture large enough to be read: the text as a QR code."""
    out = io.BytesIO()
    segno.make(text).save(out, kind="png", scale=30)
    return out.getvalue()
