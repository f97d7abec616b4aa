"""Words of a table: an identifier for code and API, and beside it the official Chinese term."""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """Base of states and actions: `DRAFT = "DRAFT", "填报中"`."""

    zh: str

    def __new__(cls, value: str, zh: str = "") -> Self:
        """Make a member from its identifier and its term."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        return member


def term(word: str) -> str:
    """What a word is called in Chinese; the identifier where it has no term."""
    return getattr(word, "zh", "") or str(word)
