"""Drawings as SVG: bars beside each other, and curves over sizes; both as templates beside this file."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

WIDE, LINE = 560.0, 22.0
"""How wide the longest bar is, and how high a line of text."""
LEFT, TOP, ACROSS, UP = 60.0, 60.0, 560.0, 260.0
"""Where a curve's field begins, and how large it is."""
COLOURS = ("#1f5fa8", "#c2571a", "#2f8f4e", "#8a4fa3", "#b8860b", "#4b4b4b", "#0f8b8d", "#a63d57")
DASHES = ("", "6 4", "2 3")
"""Once all colours are used lines are broken, and then dotted."""
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, how long, and what is written behind it."""

    name: str
    value: float
    said: str


def bars(title: str, given: Sequence[Bar]) -> str:
    """Bars below each other, the longest as wide as it gets; their order is that of `given`."""
    most = max(each.value for each in given) or 1.0
    drawn = [
        {
            "name": each.name,
            "said": each.said,
            "width": round(WIDE * each.value / most, 1),
            "y": LINE * number,
        }
        for number, each in enumerate(given)
    ]
    return _templates.get_template("bars.svg").render(title=title, bars=drawn, height=LINE * len(drawn))


def curves(title: str, unit: str, given: Mapping[str, Mapping[int, float]]) -> str:
    """A line for each name over sizes; sizes are ten times each other, so they are drawn at equal distances."""
    sizes = sorted({size for line in given.values() for size in line})
    most = max(value for line in given.values() for value in line.values()) or 1.0
    step = ACROSS / max(1, len(sizes) - 1)
    top = _round_up(most)

    def place(size: int, value: float) -> tuple[float, float]:
        return round(LEFT + step * sizes.index(size), 1), round(TOP + UP * (1 - value / top), 1)

    lines = [
        {
            "name": name,
            "colour": COLOURS[number % len(COLOURS)],
            "dashes": DASHES[number // len(COLOURS) % len(DASHES)],
            "points": [place(size, value) for size, value in sorted(line.items())],
            "y": TOP + 18.0 * number,
        }
        for number, (name, line) in enumerate(given.items())
    ]
    marks = [{"y": place(sizes[0], top * part / 4)[1], "said": f"{top * part / 4:g}"} for part in range(5)]
    columns = [{"x": place(size, 0)[0], "said": f"{size:,}"} for size in sizes]
    told = {"lines": lines, "marks": marks, "columns": columns, "height": max(UP, 18.0 * len(lines))}
    return _templates.get_template("curves.svg").render(title=title, unit=unit, **told)


def _round_up(value: float) -> float:
    """The next of 1, 2, 4 or 8 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(each * power for each in (1, 2, 4, 8, 10) if each * power >= value)
