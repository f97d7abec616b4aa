"""Real files, made on the spot: a one-page PDF and a PNG."""

import io

import segno


def pdf(title: str) -> bytes:
    """A one-page document: the title as a QR code."""
    return _drawn(title, "pdf")


def png(text: str) -> bytes:
    """A picture large enough to be read: the text as a QR code."""
    return _drawn(text, "png")


def _drawn(text: str, kind: str) -> bytes:
    out = io.BytesIO()
    segno.make(text).save(out, kind=kind, scale=30)
    return out.getvalue()
