"""`python -m docs.films`: draw the short films of the guides (二（三）) from their script, as animated PNGs that browsers show.

They are drawn by hand when the script changes, not by `make docs`: how a picture is packed differs between machines. A test
holds each film against its script.
"""

from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from PIL import Image, ImageDraw, ImageFont

GUIDES = Path(__file__).resolve().parents[1] / "policies" / "qinghai" / "2023" / "guides"
SCRIPT = "films.yaml"
WIDTH, HEIGHT, MARGIN = 960, 540, 64
BAR = 72
PAPER, INK, BLUE, GREY = "#ffffff", "#1f2937", "#1d4ed8", "#6b7280"
TITLE, HEADING, LINE, NOTE = 30, 46, 34, 24
COLOURS = 16
MILLISECONDS = 1000


def scripts() -> dict[str, dict[str, Any]]:
    """The films, by the names of their files."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((GUIDES / SCRIPT).read_text(encoding="utf-8"))
    return found


def film(script: dict[str, Any]) -> bytes:
    """A film, one picture for each scene.

    Raises:
        ValueError: a line is too long for the picture.
    """
    scenes = script["scenes"]
    pictures = [_scene(script["title"], scene, at / len(scenes)) for at, scene in enumerate(scenes, 1)]
    colours = pictures[0].quantize(COLOURS)
    frames = [each.quantize(palette=colours, dither=Image.Dither.NONE) for each in pictures]
    packed = BytesIO()
    frames[0].save(
        packed,
        format="PNG",
        save_all=True,
        append_images=frames[1:],
        duration=[scene["seconds"] * MILLISECONDS for scene in scenes],
        loop=0,
        optimize=True,
    )
    return packed.getvalue()


def _scene(title: str, scene: dict[str, Any], played: float) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    drawn = ImageDraw.Draw(picture)
    drawn.rectangle((0, 0, WIDTH, BAR), fill=BLUE)
    _write(drawn, (MARGIN, 16), title, TITLE, PAPER)
    _write(drawn, (MARGIN, 138), scene["heading"], HEADING, INK)
    for at, line in enumerate(scene["lines"]):
        _write(drawn, (MARGIN, 244 + at * 68), line, LINE, INK)
    _write(drawn, (MARGIN, HEIGHT - 74), f"依据：{scene['cite']}", NOTE, GREY)
    drawn.rectangle((0, HEIGHT - 10, round(WIDTH * played), HEIGHT), fill=BLUE)
    return picture


def _write(drawn: ImageDraw.ImageDraw, where: tuple[int, int], text: str, size: int, colour: str) -> None:
    font = ImageFont.truetype(str(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf"), size)
    if where[0] + drawn.textlength(text, font=font) > WIDTH - MARGIN / 2:
        raise ValueError(f"too long for the picture: {text}")
    drawn.text(where, text, font=font, fill=colour)


def main() -> None:
    """Draw every film."""
    for name, script in scripts().items():
        (GUIDES / f"{name}.png").write_bytes(film(script))


if __name__ == "__main__":
    main()
