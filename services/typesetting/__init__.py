"""Templates (`*.typ`) become pages and pictures; Chinese fonts come with the environment and are embedded.

A template reads its data as JSON from `sys.inputs.data`; nothing of it is ever taken for markup.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
import pylopdf_fonts_zh_cn
import typst

from services.admission.turns import PAPERS

FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
PIXELS_PER_INCH = 144.0


class Format(StrEnum):
    """What a template can be made into; a picture shows one page."""

    PDF = "pdf"
    PNG = "png"
    SVG = "svg"


MEDIA_TYPES: Mapping[Format, str] = {
    Format.PDF: "application/pdf",
    Format.PNG: "image/png",
    Format.SVG: "image/svg+xml",
}


async def typeset(template: Path, data: Mapping[str, Any], wanted: Format, *, at: datetime) -> bytes:
    """A template with `data`, made at an instant: the same data and instant make the same bytes.

    Of a PNG or SVG of several pages the first is given. Others are answered meanwhile: a thread sets it in its turn. Whoever
    asks holds no connection: what it is made of was read before.

    Raises:
        TooBusy: too many are to be made already.
    """
    told = orjson.dumps(data, default=str).decode()
    return await PAPERS.work(lambda: _compiled(template, told, wanted, at))


def _compiled(template: Path, data: str, wanted: Format, at: datetime) -> bytes:
    made: Any = typst.compile(  # its own annotation forgets that pictures of several pages are a list
        template,
        root=template.parent,
        font_paths=[FONTS],
        format=wanted.value,
        ppi=PIXELS_PER_INCH,
        sys_inputs={"data": data},
        timestamp=int(at.timestamp()),
    )
    return bytes(made[0] if isinstance(made, list) else made)
