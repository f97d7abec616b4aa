"""docs/clients.md shows code that runs: pieces of the examples, as they stand there."""

from __future__ import annotations

import re

from deploy.local.layout import PROJECT

PAGE = PROJECT / "docs" / "clients.md"
BLOCK = re.compile(r"^```typescript\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_piece_of_code_is_one_of_the_example():
    """Word for word, so that it cannot grow old."""
    sources = [
        each.read_text(encoding="utf-8") for each in (PROJECT / "examples/typescript/src").rglob("*.ts")
    ]
    pieces = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert pieces
    assert [piece for piece in pieces if not any(piece in source for source in sources)] == []
