"""What an expert sees of a declaration: named sections only, without hidden fields, names masked in every text."""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

MASK = "××"
SHORTEST = 2
"""A name of fewer characters stands in every text, and masks nothing."""
BETWEEN = r"[\s·•・.．_-]*"
"""What may stand between the characters of a name."""


class Redaction:
    """Hides what is not needed to judge an applicant's work."""

    def __init__(
        self, sections: Collection[str], hidden_fields: Collection[str], names: Iterable[str]
    ) -> None:
        self._sections = sections
        self._hidden = frozenset(hidden_fields)
        told = sorted({name.strip() for name in names}, key=len, reverse=True)
        self._names = [_spelled(name) for name in told if len(name) >= SHORTEST]

    def of(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """The content of a declaration, redacted."""
        return {name: self._seen(content[name]) for name in self._sections if name in content}

    def _seen(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._seen(each) for key, each in value.items() if key not in self._hidden}
        if isinstance(value, list):
            return [self._seen(each) for each in value]
        return self._masked(value) if isinstance(value, str) else value

    def _masked(self, told: str) -> str:
        for name in self._names:
            told = name.sub(MASK, told)
        return told


@lru_cache(maxsize=4096)
def _spelled(name: str) -> re.Pattern[str]:
    """A name as it may be written: with or without something between its characters, in capitals or not."""
    characters = (re.escape(each) for each in name if not each.isspace())
    return re.compile(BETWEEN.join(characters), re.IGNORECASE)
