"""How much there is to see on a picture, and how sharply.

Every picture is first brought to one size, so that a figure means the same of a scan and of a photograph of a telephone.
"""

from dataclasses import dataclass

from PIL import Image, ImageFilter, ImageStat

SHORTER_SIDE = 700
"""So many pixels of an A4 page's width: what cannot be read at this size is small print or a blur."""

TILE = 100
"""The sharpest square of this side counts: most of a page is empty, and its margins are sharp nowhere."""

EDGES = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
"""The Laplacian: nothing where the grey is even, much where it jumps."""

EVEN = ImageFilter.BoxBlur(2)
"""Takes the noise of scanners and cameras away, which is no ink."""

SIXTEEN_BITS = 1 / 256


@dataclass(frozen=True, slots=True)
class Look:
    """`ink`: how far its greys spread. `sharpness`: how much its edges jump, where they jump most."""

    ink: float
    sharpness: float


def look_at(image: Image.Image) -> Look:
    """What a picture shows, as somebody sees it before white."""
    grey = _greys(image)
    edges = grey.filter(EDGES)
    inner = edges.crop((1, 1, max(edges.width - 1, 2), max(edges.height - 1, 2)))
    return Look(ink=ImageStat.Stat(grey.filter(EVEN)).stddev[0], sharpness=max(_variances(inner)))


def _greys(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value * SIXTEEN_BITS).convert("L")
    seen_through = image.has_transparency_data
    plain = image.convert("RGBA" if seen_through else "L")
    factor = min(1.0, SHORTER_SIDE / min(plain.size))
    size = max(1, round(plain.width * factor)), max(1, round(plain.height * factor))
    small = plain.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    if seen_through:
        small = Image.alpha_composite(Image.new("RGBA", size, "white"), small)
    return small.convert("L")


def _variances(edges: Image.Image) -> list[float]:
    """The variance within each tile; what remains at the right and below counts as a tile of its own."""
    width, height = edges.size
    return [
        ImageStat.Stat(edges.crop((left, top, min(left + TILE, width), min(top + TILE, height)))).var[0]
        for top in range(0, height, TILE)
        for left in range(0, width, TILE)
    ]
