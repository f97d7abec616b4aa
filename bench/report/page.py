"""docs/performance.md: what a command has measured stands between its marks, and nobody else's words are touched."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PAGE, DRAWINGS = DOCS / "performance.md", DOCS / "performance"


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its headings, and rows as they are written."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """It as Markdown; all but the first column are numbers."""
        rule = ["---", *("---:" for _ in self.headings[1:])]
        return "\n".join(f"| {' | '.join(line)} |" for line in (self.headings, rule, *self.rows))


@dataclass(frozen=True, slots=True)
class Section:
    """What a bench found: its tables, sentences that hold figures, and drawings by name."""

    name: str
    tables: Sequence[Table]
    words: Sequence[str] = ()
    drawings: dict[str, str] = field(default_factory=dict)

    def markdown(self) -> str:
        """All of it, in the order of tables, drawings, words."""
        shown = [f"![{name}](performance/{name}.svg)" for name in self.drawings]
        return "\n\n".join([*(each.markdown() for each in self.tables), *shown, *self.words])


def write(section: Section) -> None:
    """Put it between its marks, and its drawings beside the page.

    Raises:
        LookupError: the page has no such marks.
    """
    put(section.name, section.markdown())
    DRAWINGS.mkdir(exist_ok=True)
    for name, drawn in section.drawings.items():
        (DRAWINGS / f"{name}.svg").write_text(drawn, encoding="utf-8")


def put(name: str, text: str) -> None:
    """Put a text between the marks of this name.

    Raises:
        LookupError: the page has no such marks.
    """
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    page = PAGE.read_text(encoding="utf-8")
    between = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not between.search(page):
        raise LookupError(f"{PAGE} has no {begin}")
    whole = f"{begin}\n{text}\n{end}"
    PAGE.write_text(between.sub(lambda _: whole, page), encoding="utf-8")
