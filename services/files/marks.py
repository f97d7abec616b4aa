"""Finds marks in the text of a file: on a line of it, or running over several."""

import re
from collections.abc import Iterable, Sequence


def mark_in(texts: Iterable[str], patterns: Sequence[re.Pattern[str]]) -> str | None:
    """The first mark found; blanks do not hide it. Each text is read line by line, and once more as if it were one line."""
    for text in texts:
        lines = ["".join(line.split()) for line in text.splitlines()]
        for line in (*lines, "".join(lines)):
            for pattern in patterns:
                if found := pattern.search(line):
                    return found.group()
    return None


def word_in(texts: Iterable[str], words: Iterable[str]) -> str | None:
    """The first of some words found in a text; blanks do not hide it."""
    searched = tuple(words)
    for text in texts:
        whole = "".join(text.split())
        for word in searched:
            if word in whole:
                return word
    return None
